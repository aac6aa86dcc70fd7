import type { LoadCounts, LoadEdge, LoadReport } from '@rollcall/contracts';
import { TrafficSeries } from './traffic-series';

/** Takes a place of those that are bounded. @returns gives it back; `undefined` when none is left */
export type TakePlace = () => (() => void) | undefined;

/** One of the edges of a reporter. */
export interface ReportedEdge {
  readonly service_name: string;
  readonly instance_id: string | null;
  readonly route: string | null;
  readonly series: TrafficSeries;
}

/** What one incarnation of an instance has reported. Times are monotonic milliseconds. */
export interface ReportedLoad {
  readonly serviceName: string;
  readonly instanceId: string;
  readonly epoch: number;
  /** Of its latest report; -1 before the first. */
  readonly seq: number;
  /** Since when it has counted. */
  readonly since: number;
  /** When its latest report came. */
  readonly reportedAt: number;
  /** How it was asked then to report. */
  readonly intervalMs: number;
  readonly latest: Pick<LoadReport, 'held' | 'ejected' | 'routes_digest'>;
  readonly edges: Iterable<ReportedEdge>;
  /** What it has counted on edges that have no place; `undefined` before there was any. */
  readonly other: TrafficSeries | undefined;
  take(
    report: LoadReport,
    options: { readonly takePlace: TakePlace; readonly intervalMs: number; readonly now: number },
  ): void;
  /** Gives back the places of edges without a request since then. */
  forgetIdle(since: number): void;
  /** Gives back all places. */
  forget(): void;
}

interface PlacedEdge extends ReportedEdge {
  readonly release: () => void;
}

export function createReportedLoad(
  { service_name: serviceName, instance_id: instanceId, epoch }: LoadReport['reporter'],
  release: () => void,
  now: number,
): ReportedLoad {
  const edges = new Map<string, PlacedEdge>();
  /** Those with requests in flight at the latest report. */
  let busy: readonly TrafficSeries[] = [];
  let latest: ReportedLoad['latest'] = {};
  let seq = -1;
  let since = now;
  let reportedAt = now;
  let intervalMs = 0;
  let other: TrafficSeries | undefined;

  function seriesOf(edge: LoadEdge, takePlace: TakePlace, from: number): TrafficSeries {
    const key = keyOf(edge);
    const known = edges.get(key);
    if (known !== undefined) return known.series;
    const releaseEdge = takePlace();
    if (releaseEdge === undefined) return otherSeries(from);
    const { service_name, instance_id = null, route = null } = edge;
    const series = new TrafficSeries(from);
    edges.set(key, { service_name, instance_id, route, series, release: releaseEdge });
    return series;
  }

  function otherSeries(from: number): TrafficSeries {
    return (other ??= new TrafficSeries(from));
  }

  return {
    serviceName,
    instanceId,
    epoch,
    get seq() {
      return seq;
    },
    get since() {
      return since;
    },
    get reportedAt() {
      return reportedAt;
    },
    get intervalMs() {
      return intervalMs;
    },
    get latest() {
      return latest;
    },
    get edges() {
      return edges.values();
    },
    get other() {
      return other;
    },
    take(report, options) {
      const { takePlace, now: to } = options;
      const from = Math.max(0, to - report.window_ms);
      if (seq < 0) since = from;
      ({ seq } = report);
      ({ intervalMs } = options);
      reportedAt = to;
      latest = {
        ...(report.held && { held: report.held }),
        ...(report.ejected && { ejected: report.ejected }),
        ...(report.routes_digest !== undefined && { routes_digest: report.routes_digest }),
      };
      for (const series of busy) series.inFlight = 0;
      busy = report.edges.flatMap((edge) => {
        const series = seriesOf(edge, takePlace, from);
        series.add(edge, from, to);
        // Of the edges without a place nothing is shown but the sums.
        if (edge.in_flight === 0 || series === other) return [];
        series.inFlight = edge.in_flight;
        return [series];
      });
      if (report.other !== undefined) otherSeries(from).add({ ...NO_LOAD, ...report.other }, from, to);
    },
    forgetIdle(idleSince) {
      for (const [key, { series, release: releaseEdge }] of edges) {
        if (series.lastAt > idleSince || series.inFlight > 0) continue;
        edges.delete(key);
        releaseEdge();
      }
    },
    forget() {
      for (const { release: releaseEdge } of edges.values()) releaseEdge();
      edges.clear();
      release();
    },
  };
}

const NO_LOAD: LoadCounts = { requests: 0, failed: 0, retried: 0, in_flight: 0, buckets: {} };

/** No part but the last one may have the separator. */
function keyOf({ service_name, instance_id = '', route = '' }: LoadEdge): string {
  return `${service_name}|${instance_id}|${route}`;
}
