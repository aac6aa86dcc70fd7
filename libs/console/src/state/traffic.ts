import type { LoadEjection, TrafficEdge, TrafficReporter, TrafficResponse } from '@rollcall/contracts';
import { addLatencies, latencyPercentile } from '@rollcall/contracts/latency-buckets';
import { laidOver, type Series } from './traffic-series';

/** What flows to a service or an instance, summed over whoever reports it. */
export interface Flow {
  readonly perSecond: number;
  /** 0–1; `null` without a request. */
  readonly failedShare: number | null;
  readonly retriedPerSecond: number;
  readonly inFlight: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly requests: number;
  readonly failed: number;
}

export interface Ejection extends LoadEjection {
  /** Whose opinion it is. */
  readonly by: TrafficReporter;
}

/** What flows at present. Calls are what callers saw, attempts what instances were sent; they are never added up. */
export interface Traffic {
  readonly at: number;
  readonly on: boolean;
  readonly windowMs: number;
  /** Calls that came in at gateways; all calls where no gateway reports. */
  readonly total: Flow;
  readonly totalSeries: Series | undefined;
  readonly calls: ReadonlyMap<string, Flow>;
  readonly attempts: ReadonlyMap<string, Flow>;
  readonly callSeries: ReadonlyMap<string, Series>;
  /** By `edgeKey`: of calls, and for a while also where nothing is sent any more. */
  readonly edgeSeries: ReadonlyMap<string, Series>;
  /** By `instanceKey`. */
  readonly instances: ReadonlyMap<string, Flow>;
  readonly instanceSeries: ReadonlyMap<string, Series>;
  readonly ejections: ReadonlyMap<string, readonly Ejection[]>;
  /** By service: requests that wait for an instance. */
  readonly held: ReadonlyMap<string, number>;
  readonly reporters: readonly TrafficReporter[];
  readonly edges: readonly TrafficEdge[];
}

export const instanceKey = (service: string, id: string): string => `${service}/${id}`;

export const edgeKey = (from: string, to: string): string => `${from}→${to}`;

export const NO_TRAFFIC: Traffic = {
  at: 0,
  on: false,
  windowMs: 0,
  total: flowOf([], 1),
  totalSeries: undefined,
  calls: new Map(),
  attempts: new Map(),
  callSeries: new Map(),
  edgeSeries: new Map(),
  instances: new Map(),
  instanceSeries: new Map(),
  ejections: new Map(),
  held: new Map(),
  reporters: [],
  edges: [],
};

const TOTAL = '';

/** Takes in an answer: its sums replace those before, its steps are laid over those that are known. */
export function withTraffic(before: Traffic, answer: TrafficResponse): Traffic {
  const { edges, reporters } = answer;
  const attempts = edges.filter((edge) => edge.instance_id !== null);
  const calls = edges.filter((edge) => edge.instance_id === null);
  const atGateways = calls.filter((edge) => edge.route !== null);
  const total = atGateways.length > 0 ? atGateways : calls;
  const seconds = Math.max(1, answer.window_ms / 1000);
  const flows = (groups: ReadonlyMap<string, readonly TrafficEdge[]>) =>
    new Map([...groups].map(([key, group]) => [key, flowOf(group, seconds)]));
  const byService = groupBy(calls, ({ service_name }) => service_name);
  const byInstance = groupBy(attempts, ({ service_name, instance_id }) =>
    instanceKey(service_name, instance_id ?? ''),
  );
  const hasSeries = edges.some(({ series }) => series !== undefined);
  const series = (groups: ReadonlyMap<string, readonly TrafficEdge[]>, known: ReadonlyMap<string, Series>) =>
    hasSeries ? laidOver(groups, known, answer) : known;
  const knownTotal = new Map(before.totalSeries === undefined ? [] : [[TOTAL, before.totalSeries]]);
  return {
    at: answer.at,
    on: answer.reports === 'on',
    windowMs: answer.window_ms,
    total: flowOf(total, seconds),
    totalSeries: series(new Map([[TOTAL, total]]), knownTotal).get(TOTAL),
    calls: flows(byService),
    attempts: flows(groupBy(attempts, ({ service_name }) => service_name)),
    callSeries: series(byService, before.callSeries),
    edgeSeries: series(
      groupBy(calls, ({ from, service_name }) => edgeKey(from, service_name)),
      before.edgeSeries,
    ),
    instances: flows(byInstance),
    instanceSeries: series(byInstance, before.instanceSeries),
    ejections: groupBy(
      reporters.flatMap((by) => by.ejected.map((ejection) => ({ ...ejection, by }))),
      ({ service_name, instance_id }) => instanceKey(service_name, instance_id),
    ),
    held: sumHeld(reporters),
    reporters,
    edges,
  };
}

/** The steps of the past. The sums stay those of the latest seconds, unless there are none yet. */
export function withHistory(before: Traffic, answer: TrafficResponse): Traffic {
  const { totalSeries, callSeries, edgeSeries, instanceSeries, ...sums } = withTraffic(before, answer);
  return { ...(before.at === 0 ? sums : before), totalSeries, callSeries, edgeSeries, instanceSeries };
}

export function flowOf(edges: readonly TrafficEdge[], seconds: number): Flow {
  // Of one edge the percentiles are said already: with thousands of instances most are, every two seconds.
  const [only] = edges.length === 1 ? edges : [];
  const buckets: Record<string, number> = {};
  let [requests, failed, retried, inFlight, perSecond] = [0, 0, 0, 0, 0];
  for (const edge of edges) {
    requests += edge.requests;
    failed += edge.failed;
    retried += edge.retried;
    inFlight += edge.in_flight;
    perSecond += edge.requests_per_second;
    if (only === undefined) addLatencies(buckets, edge.buckets);
  }
  return {
    perSecond,
    failedShare: requests === 0 ? null : failed / requests,
    retriedPerSecond: retried / seconds,
    inFlight,
    p50: only === undefined ? latencyPercentile(buckets, 0.5) : only.p50_ms,
    p99: only === undefined ? (latencyPercentile(buckets, 0.99) ?? slowest(edges)) : only.p99_ms,
    requests,
    failed,
  };
}

/** Of the past no buckets are kept, by which percentiles could be put together. */
function slowest(edges: readonly TrafficEdge[]): number | null {
  return edges.reduce<number | null>(
    (most, { p99_ms }) => (p99_ms === null ? most : Math.max(p99_ms, most ?? 0)),
    null,
  );
}

function sumHeld(reporters: readonly TrafficReporter[]): ReadonlyMap<string, number> {
  const held = new Map<string, number>();
  for (const reporter of reporters)
    for (const [service, count] of Object.entries(reporter.held))
      if (count > 0) held.set(service, (held.get(service) ?? 0) + count);
  return held;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
