import type { TrafficEdge, TrafficResponse } from '@rollcall/contracts';
import { addLatencies, latencyPercentile } from '@rollcall/contracts/latency-buckets';
import type { Cell } from './output/table';

/** What a service is asked, by all its callers together, as they have reported it. */
export interface ServiceRate {
  readonly perSecond: number;
  /** 0–1. */
  readonly failedShare: number;
  readonly p99Ms: number | null;
}

/** By service, those that had a call within the window. */
export function serviceRates({ edges }: Pick<TrafficResponse, 'edges'>): ReadonlyMap<string, ServiceRate> {
  const byService = new Map<string, TrafficEdge[]>();
  for (const edge of edges) {
    // Attempts at instances are another view of the same calls.
    if (edge.instance_id !== null || edge.requests === 0) continue;
    byService.set(edge.service_name, [...(byService.get(edge.service_name) ?? []), edge]);
  }
  return new Map(Array.from(byService, ([service, calls]) => [service, rateOf(calls)]));
}

/** Columns of a table of services. */
export const RATE_COLUMNS = [
  { title: 'REQ/S', right: true },
  { title: 'FAILED', right: true },
  { title: 'P99', right: true },
] as const;

export function rateCells(rate: ServiceRate | undefined): readonly Cell[] {
  if (rate === undefined) return ['-', '-', '-'];
  const { perSecond, failedShare, p99Ms } = rate;
  const failed = failedShare === 0 ? '0%' : `${(failedShare * 100).toFixed(2)}%`;
  return [
    perSecond < 10 ? perSecond.toFixed(1) : String(Math.round(perSecond)),
    failedShare > 0 ? { text: failed, colour: 'red' } : failed,
    p99Ms === null ? '-' : `${p99Ms < 10 ? p99Ms.toFixed(1) : Math.round(p99Ms)} ms`,
  ];
}

function rateOf(calls: readonly TrafficEdge[]): ServiceRate {
  const sum = (of: (edge: TrafficEdge) => number): number =>
    calls.reduce((total, edge) => total + of(edge), 0);
  const buckets: Record<string, number> = {};
  for (const edge of calls) addLatencies(buckets, edge.buckets);
  return {
    perSecond: sum((edge) => edge.requests_per_second),
    failedShare: sum((edge) => edge.failed) / sum((edge) => edge.requests),
    p99Ms: latencyPercentile(buckets, 0.99),
  };
}
