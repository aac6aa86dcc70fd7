import type { TrafficEdge, TrafficResponse, TrafficSeries } from '@rollcall/contracts';
import { NO_TRAFFIC, withTraffic, type Traffic } from './traffic';
import { LONGEST_PAST_MS, type Series } from './traffic-series';

/** As much as the stream has in its sums. */
const WINDOW_MS = 20_000;

/** What has not been kept: figures show a dash for it. */
const NOT_KEPT = NaN;

/**
 * What an answer of the last five minutes says of a moment within them; `undefined` of one that is longer ago. Of each step the
 * registry keeps requests, failures and p99: retries, what was in flight, and outcomes are not known of the past.
 */
export function pastAnswer(answer: TrafficResponse, at: number): TrafficResponse | undefined {
  if (at < answer.at - LONGEST_PAST_MS) return undefined;
  const edges = answer.edges.flatMap((edge) => {
    const past = edge.series === undefined ? undefined : pastEdge(edge, edge.series, at, answer.step_ms);
    return past === undefined ? [] : [past];
  });
  return { ...answer, at, window_ms: WINDOW_MS, reporters: [], edges };
}

/** The same as the pages show traffic, with lines that end at the moment. */
export function trafficAt(answer: TrafficResponse, at: number): Traffic | undefined {
  const past = pastAnswer(answer, at);
  if (past === undefined) return undefined;
  const { totalSeries, callSeries, edgeSeries, instanceSeries } = withTraffic(NO_TRAFFIC, answer);
  const cut = (all: ReadonlyMap<string, Series>) =>
    new Map([...all].map(([key, series]) => [key, until(series, at)]));
  return {
    ...withTraffic(NO_TRAFFIC, past),
    totalSeries: totalSeries && until(totalSeries, at),
    callSeries: cut(callSeries),
    edgeSeries: cut(edgeSeries),
    instanceSeries: cut(instanceSeries),
  };
}

function pastEdge(
  { series: _all, ...edge }: TrafficEdge,
  { begins_at, requests, failed, p99_ms }: TrafficSeries,
  at: number,
  stepMs: number,
): TrafficEdge | undefined {
  const to = Math.floor((at - begins_at) / stepMs);
  const from = Math.max(0, to - WINDOW_MS / stepMs);
  const sum = (values: readonly number[]) =>
    values.slice(from, Math.max(0, to)).reduce((total, value) => total + value, 0);
  const sent = sum(requests);
  if (sent === 0) return undefined;
  const latencies = p99_ms.slice(from, to).filter((value) => value !== null);
  return {
    ...edge,
    requests: sent,
    failed: sum(failed),
    retried: NOT_KEPT,
    in_flight: NOT_KEPT,
    outcomes: {},
    buckets: {},
    requests_per_second: (sent * 1000) / WINDOW_MS,
    p50_ms: null,
    p99_ms: latencies.length === 0 ? null : Math.max(...latencies),
    last_at: at,
  };
}

function until(series: Series, at: number): Series {
  const steps = Math.max(0, Math.floor(at / series.stepMs) - series.first);
  return {
    ...series,
    requests: series.requests.slice(0, steps),
    failed: series.failed.slice(0, steps),
    p99: series.p99.slice(0, steps),
  };
}
