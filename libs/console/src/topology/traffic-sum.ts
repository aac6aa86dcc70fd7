import type { LoadOutcome, TrafficEdge, TrafficSeries } from '@rollcall/contracts';
import { addLatencies, latencyPercentile } from '@rollcall/contracts/latency-buckets';

/** What was counted over the window, in rates. */
export interface Figures {
  readonly perSecond: number;
  /** 0 to 1. */
  readonly failed: number;
  readonly retriedPerSecond: number;
  readonly inFlight: number;
  /** `null` without a request. */
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface Counted {
  requests: number;
  failed: number;
  retried: number;
  inFlight: number;
  readonly buckets: Record<string, number>;
  /** The highest p99 of those added up: all that is known of the past, of which no buckets are kept. */
  slowest: number | null;
}

export interface Sum extends Counted {
  readonly from: string;
  readonly to: string;
  readonly outcomes: Partial<Record<LoadOutcome, number>>;
  readonly requestSeries: number[];
  readonly failedSeries: number[];
  readonly byInstance: Map<string, Counted>;
}

function emptyCount(): Counted {
  return { requests: 0, failed: 0, retried: 0, inFlight: 0, buckets: {}, slowest: null };
}

export function emptySum(from: string, to: string): Sum {
  return {
    ...emptyCount(),
    from,
    to,
    outcomes: {},
    requestSeries: [],
    failedSeries: [],
    byInstance: new Map(),
  };
}

function count(sum: Counted, edge: TrafficEdge): void {
  sum.requests += edge.requests;
  sum.failed += edge.failed;
  sum.retried += edge.retried;
  sum.inFlight += edge.in_flight;
  addLatencies(sum.buckets, edge.buckets);
  sum.slowest = slower(sum.slowest, edge.p99_ms);
}

export function add(sum: Sum, edge: TrafficEdge): void {
  count(sum, edge);
  for (const [outcome, number] of entriesOf(edge.outcomes))
    sum.outcomes[outcome] = (sum.outcomes[outcome] ?? 0) + number;
  addSeries(sum.requestSeries, edge.series, 'requests');
  addSeries(sum.failedSeries, edge.series, 'failed');
}

export function addTo(byInstance: Map<string, Counted>, id: string, edge: TrafficEdge): void {
  const counted = byInstance.get(id) ?? emptyCount();
  byInstance.set(id, counted);
  count(counted, edge);
}

function addSeries(sum: number[], series: TrafficSeries | undefined, name: 'requests' | 'failed'): void {
  series?.[name].forEach((value, index) => (sum[index] = (sum[index] ?? 0) + value));
}

function entriesOf(outcomes: TrafficEdge['outcomes']): readonly (readonly [LoadOutcome, number])[] {
  return Object.entries(outcomes) as [LoadOutcome, number][];
}

export function figuresOf(sum: Counted, windowS: number): Figures {
  return {
    perSecond: sum.requests / windowS,
    failed: sum.requests === 0 ? 0 : sum.failed / sum.requests,
    retriedPerSecond: sum.retried / windowS,
    inFlight: sum.inFlight,
    p50: latencyPercentile(sum.buckets, 0.5),
    p99: latencyPercentile(sum.buckets, 0.99) ?? sum.slowest,
  };
}

function slower(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

export function merged(sums: readonly Counted[]): Counted {
  const total = emptyCount();
  for (const sum of sums) {
    total.requests += sum.requests;
    total.failed += sum.failed;
    total.retried += sum.retried;
    total.inFlight += sum.inFlight;
    addLatencies(total.buckets, sum.buckets);
    total.slowest = slower(total.slowest, sum.slowest);
  }
  return total;
}
