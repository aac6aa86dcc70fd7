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
export const LONGEST_PAST_MS = 300_000;
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
  const length = Math.floor(LONGEST_PAST_MS / stepMs);
  const first = end - length;
  const noCounts = nothing(length, 0);
  const noLatencies = nothing<number | null>(length, null);
  const result = new Map<string, Series>();
  for (const key of new Set([...known.keys(), ...groups.keys()])) {
    const old = known.get(key);
    const from = old !== undefined && old.stepMs === stepMs ? old : undefined;
    const said = saidBy(groups.get(key) ?? [], first, stepMs);
    const by = first - (from?.first ?? first);
    const requests = laid(from?.requests, by, said.requests, noCounts, sum);
    if (requests === noCounts) continue;
    const failed = laid(from?.failed, by, said.failed, noCounts, sum);
    const p99 = laid(from?.p99, by, said.p99, noLatencies, slowest);
    result.set(key, { first, stepMs, requests, failed, p99 });
  }
  return result;
}

/** What one edge says: of the steps from a place on. */
interface Said<T> {
  readonly begin: number;
  readonly values: readonly T[];
}

function saidBy(edges: readonly TrafficEdge[], first: number, stepMs: number) {
  const requests: Said<number>[] = [];
  const failed: Said<number>[] = [];
  const p99: Said<number | null>[] = [];
  for (const { series } of edges) {
    if (series === undefined) continue;
    const begin = Math.round(series.begins_at / stepMs) - first;
    requests.push({ begin, values: series.requests });
    failed.push({ begin, values: series.failed });
    p99.push({ begin, values: series.p99_ms });
  }
  return { requests, failed, p99 };
}

const sum = (one: number, other: number): number => one + other;
const slowest = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other);

/**
 * The values that are known, moved to other steps; what is newly said of a step replaces what was known of it, and what
 * several say is put together. Thousands of these are made every two seconds, on the thread that draws: where there is nothing
 * in any step it is `none` itself, which all of them share.
 */
function laid<T>(
  known: readonly T[] | undefined,
  by: number,
  said: readonly Said<T>[],
  none: readonly T[],
  put: (one: T, other: T) => T,
): readonly T[] {
  const nothingHere = none[0] as T;
  const isSomething = (value: T) => value !== nothingHere;
  const isNew = said.some(({ values }) => values.some(isSomething));
  if (!isNew && (known === undefined || known === none)) return none;
  const steps = moved(known, by, none);
  const places = said.map(({ begin, values }) => ({
    begin,
    values,
    from: Math.max(0, begin),
    to: Math.min(steps.length, begin + values.length),
  }));
  for (const { from, to } of places) if (to > from) steps.fill(nothingHere, from, to);
  for (const { begin, values, from, to } of places)
    for (let place = from; place < to; place += 1)
      steps[place] = put(steps[place] ?? nothingHere, values[place - begin] ?? nothingHere);
  return steps.some(isSomething) ? steps : none;
}

/** The same values `by` steps later, or earlier: an answer may be of a moment before that of the one that came first. */
function moved<T>(known: readonly T[] | undefined, by: number, none: readonly T[]): T[] {
  if (known === undefined || known === none || Math.abs(by) >= none.length) return none.slice();
  return by >= 0 ? known.slice(by).concat(none.slice(0, by)) : none.slice(0, -by).concat(known.slice(0, by));
}

const shared = new Map<number | null, readonly (number | null)[]>();

/** So many times the same: one list for all who ask for it. */
function nothing<T extends number | null>(length: number, value: T): readonly T[] {
  const known = shared.get(value);
  if (known?.length === length) return known as readonly T[];
  const made = new Array<T>(length).fill(value);
  shared.set(value, made);
  return made;
}
