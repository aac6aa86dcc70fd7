import type { TrafficEdge, TrafficResponse } from '@rollcall/contracts';

/** Values by step, the last one the latest: index `i` is the step `first + i`. */
export interface Series {
  readonly first: number;
  readonly stepMs: number;
  readonly requests: readonly number[];
  readonly failed: readonly number[];
  /** Of the slowest of those that report it. */
  readonly p99: readonly (number | null)[];
}

/** Steps that a registry keeps: five minutes. */
const KEPT_MS = 300_000;
/** Reporters tell of a step when it is over: of the latest ones not all have told yet, and a line would end in a fall. */
const UNSETTLED_MS = 4000;

/** What may be chosen of it, in seconds: in the address as `window`. */
export const WINDOWS = [60, 120, 300] as const;

export function readWindowMs(text: string | undefined): number {
  return (WINDOWS.find((seconds) => String(seconds) === text) ?? 300) * 1000;
}

/** The values of the latest steps; 0 where there is none. */
export function latestSteps(
  series: Series | undefined,
  values: 'requests' | 'failed' | 'p99',
  windowMs: number,
): readonly number[] {
  if (series === undefined) return [];
  const steps = Math.max(1, Math.round(windowMs / series.stepMs));
  return series[values].slice(-steps).map((value) => value ?? 0);
}

/** What an answer says of each step, laid over what was known: a tab that follows needs only the latest seconds. */
export function laidOver(
  groups: ReadonlyMap<string, readonly TrafficEdge[]>,
  known: ReadonlyMap<string, Series>,
  { at, step_ms: stepMs }: TrafficResponse,
): ReadonlyMap<string, Series> {
  const end = Math.floor((at - UNSETTLED_MS) / stepMs);
  const first = end - Math.floor(KEPT_MS / stepMs);
  const result = new Map<string, Series>();
  for (const key of new Set([...known.keys(), ...groups.keys()])) {
    const old = known.get(key);
    const length = end - first;
    const requests = new Array<number>(length).fill(0);
    const failed = new Array<number>(length).fill(0);
    const p99 = new Array<number | null>(length).fill(null);
    if (old !== undefined && old.stepMs === stepMs) {
      for (let index = 0; index < old.requests.length; index += 1) {
        const place = old.first + index - first;
        if (place < 0 || place >= length) continue;
        requests[place] = old.requests[index] ?? 0;
        failed[place] = old.failed[index] ?? 0;
        p99[place] = old.p99[index] ?? null;
      }
    }
    lay(groups.get(key) ?? [], { requests, failed, p99, first, stepMs });
    if (requests.some((count) => count > 0)) result.set(key, { first, stepMs, requests, failed, p99 });
  }
  return result;
}

interface Steps {
  readonly first: number;
  readonly stepMs: number;
  readonly requests: number[];
  readonly failed: number[];
  readonly p99: (number | null)[];
}

/** What is newly said of a step replaces what was known of it; the edges of one answer are added up. */
function lay(edges: readonly TrafficEdge[], steps: Steps): void {
  const cleared = new Set<number>();
  for (const { series } of edges) {
    if (series === undefined) continue;
    const begin = Math.round(series.begins_at / steps.stepMs) - steps.first;
    for (let index = 0; index < series.requests.length; index += 1) {
      const place = begin + index;
      if (place < 0 || place >= steps.requests.length) continue;
      if (!cleared.has(place)) {
        cleared.add(place);
        steps.requests[place] = 0;
        steps.failed[place] = 0;
        steps.p99[place] = null;
      }
      steps.requests[place] = (steps.requests[place] ?? 0) + (series.requests[index] ?? 0);
      steps.failed[place] = (steps.failed[place] ?? 0) + (series.failed[index] ?? 0);
      const latency = series.p99_ms[index] ?? null;
      if (latency !== null) steps.p99[place] = Math.max(latency, steps.p99[place] ?? 0);
    }
  }
}
