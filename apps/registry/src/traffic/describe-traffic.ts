import {
  LOAD_OUTCOMES,
  latencyPercentile,
  type TrafficEdge,
  type TrafficQuery,
  type TrafficReporter,
  type TrafficResponse,
  type TrafficSeries as SeriesOnTheWire,
} from '@rollcall/contracts';
import { onTheWall, type Moment } from '../catalog/moment';
import type { ReportedEdge, ReportedLoad } from './reported-load';
import {
  firstStepOf,
  newTrafficSum,
  STEP_MS,
  stepAt,
  type TrafficSeries,
  type TrafficSum,
} from './traffic-series';

export interface TrafficViewQuery extends Omit<TrafficQuery, 'series'> {
  /** Whether edges come with their values by step: all steps of the window, or so many of the latest. */
  readonly series: boolean | number;
}

/** The time that is looked at: steps from `first` on; those before `end` have been reported by everybody. */
interface Window {
  readonly moment: Moment;
  readonly first: number;
  readonly end: number;
}

/** Edges of several reporters that are shown as one. */
interface Bundle extends Omit<ReportedEdge, 'series'> {
  readonly from: string;
  readonly reporter: string | null;
  readonly sum: TrafficSum;
  readonly series: TrafficSeries[];
  perSecond: number;
  inFlight: number;
  lastAt: number;
}

/** Reports are late by a network at times; one that is later by so much has stopped coming. */
const MISSING_AFTER_INTERVALS = 2.5;

/** What reporters have sent to whom in the window. */
export function describeTraffic(
  reporters: readonly ReportedLoad[],
  query: TrafficViewQuery,
  moment: Moment,
): Omit<TrafficResponse, 'reports'> {
  const first = firstStepOf(moment.now, query.window);
  const within = reporters.filter((reporter) => stepAt(reporter.reportedAt) >= first);
  const reporting = within.filter((reporter) => isReporting(reporter, moment.now));
  const reportedUntil = Math.min(moment.now, ...reporting.map(({ reportedAt }) => reportedAt));
  const window: Window = { moment, first, end: Math.max(first, stepAt(reportedUntil)) };
  const bundles = bundled(within, query, window);
  return {
    at: moment.epochMs,
    step_ms: STEP_MS,
    window_ms: moment.now - first * STEP_MS,
    reporters: within.map((reporter) => describeReporter(reporter, window)),
    edges: bundles.map((bundle) => describeEdge(bundle, query.series, window)),
  };
}

function bundled(
  reporters: readonly ReportedLoad[],
  { service, by }: TrafficViewQuery,
  window: Window,
): Bundle[] {
  const bundles = new Map<string, Bundle>();
  const { first, moment } = window;
  for (const reporter of reporters) {
    const { serviceName: from } = reporter;
    const instanceId = by === 'reporter' ? reporter.instanceId : null;
    const reporting = isReporting(reporter, moment.now);
    const seconds = coveredSeconds(reporter, window);
    for (const { series, ...edge } of reporter.edges) {
      if (service !== undefined && service !== from && service !== edge.service_name) continue;
      if (stepAt(series.lastAt) < first && series.inFlight === 0) continue;
      const key = [from, instanceId, edge.service_name, edge.instance_id, edge.route].join('|');
      const bundle = bundles.get(key) ?? newBundle(from, instanceId, edge);
      bundles.set(key, bundle);
      const before = bundle.sum.requests;
      series.addTo(bundle.sum, first);
      bundle.series.push(series);
      bundle.perSecond += (bundle.sum.requests - before) / seconds;
      if (reporting) bundle.inFlight += series.inFlight;
      bundle.lastAt = Math.max(bundle.lastAt, series.lastAt);
    }
  }
  return [...bundles.values()];
}

function newBundle(from: string, reporter: string | null, edge: Omit<ReportedEdge, 'series'>): Bundle {
  return {
    from,
    reporter,
    ...edge,
    sum: newTrafficSum(),
    series: [],
    perSecond: 0,
    inFlight: 0,
    lastAt: -Infinity,
  };
}

/** How much of the window a reporter has told of. What is not reported yet is no time without requests. */
function coveredSeconds(reporter: ReportedLoad, { first, moment }: Window): number {
  const until = isReporting(reporter, moment.now) ? reporter.reportedAt : moment.now;
  return Math.max(until - Math.max(first * STEP_MS, reporter.since), STEP_MS / 2) / 1000;
}

function isReporting({ reportedAt, intervalMs }: ReportedLoad, now: number): boolean {
  return now - reportedAt <= intervalMs * MISSING_AFTER_INTERVALS;
}

function describeReporter(reporter: ReportedLoad, { moment, first }: Window): TrafficReporter {
  const { held = {}, ejected = [], routes_digest = null } = reporter.latest;
  const other = newTrafficSum();
  reporter.other?.addTo(other, first);
  return {
    service_name: reporter.serviceName,
    instance_id: reporter.instanceId,
    at: wallTime(moment, reporter.reportedAt),
    interval_ms: reporter.intervalMs,
    routes_digest,
    held,
    ejected,
    other: { requests: other.requests, failed: other.failed },
  };
}

function describeEdge(bundle: Bundle, series: boolean | number, window: Window): TrafficEdge {
  const { from, reporter, service_name, instance_id, route, sum } = bundle;
  return {
    from,
    reporter,
    service_name,
    instance_id,
    route,
    requests: sum.requests,
    failed: sum.failed,
    retried: sum.retried,
    in_flight: bundle.inFlight,
    outcomes: Object.fromEntries(
      LOAD_OUTCOMES.flatMap((outcome, index) =>
        sum.outcomes[index] ? [[outcome, sum.outcomes[index]]] : [],
      ),
    ),
    buckets: Object.fromEntries(Array.from(sum.buckets.entries()).filter(([, count]) => count > 0)),
    requests_per_second: rounded(bundle.perSecond),
    p50_ms: roundedOrNull(latencyPercentile(sum.buckets, 0.5)),
    p99_ms: roundedOrNull(latencyPercentile(sum.buckets, 0.99)),
    last_at: wallTime(window.moment, bundle.lastAt),
    ...(series !== false && { series: describeSeries(bundle.series, series, window) }),
  };
}

function describeSeries(
  list: readonly TrafficSeries[],
  steps: true | number,
  { moment, first, end }: Window,
): SeriesOnTheWire {
  const begin = steps === true ? first : Math.max(first, end - steps);
  const requests: number[] = [];
  const failed: number[] = [];
  const p99: (number | null)[] = [];
  for (let step = begin; step < end; step += 1) {
    const values = list.map((series) => series.at(step));
    const total = sumOf(values.map((value) => value.requests));
    requests.push(total);
    failed.push(sumOf(values.map((value) => value.failed)));
    p99.push(
      total === 0 ? null : rounded(sumOf(values.map((value) => value.p99Ms * value.requests)) / total),
    );
  }
  return { begins_at: wallTime(moment, begin * STEP_MS), requests, failed, p99_ms: p99 };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function wallTime(moment: Moment, at: number): number {
  return Math.round(onTheWall(moment, at));
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}

/** Three digits after the point: more would be of no use, and long. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
