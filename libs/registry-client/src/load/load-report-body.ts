import type { LoadEdge, LoadEjection, LoadReport } from '@rollcall/contracts';
import type { TakenLoad } from './taken-load';

/** A registry takes 64 KiB. */
const LONGEST_EDGES = 56 * 1024;
const MOST_EDGES = 500;
const MOST_NAMED = 50;
const LONGEST_TEXT = 64;
const LONGEST_ROUTE = 1024;
const MOST_COUNT = 100_000_000;

export interface ReportHead extends Pick<LoadReport, 'reporter' | 'seq'> {
  readonly windowMs: number;
}

/** A report that a registry takes: with the edges that have most requests, and the rest in sum. */
export function loadReportBody(load: TakenLoad, { reporter, seq, windowMs }: ReportHead): LoadReport {
  const edges: LoadEdge[] = [];
  const other = { requests: 0, failed: 0 };
  let length = 0;
  for (const edge of [...load.edges].sort((one, two) => two.requests - one.requests)) {
    length += JSON.stringify(edge).length;
    if (edges.length < MOST_EDGES && length < LONGEST_EDGES && isReportable(edge)) edges.push(edge);
    else {
      other.requests += edge.requests;
      other.failed += edge.failed;
    }
  }
  const held = Object.entries(load.held ?? {}).filter(([service]) => service !== '__proto__');
  return {
    reporter,
    seq,
    window_ms: Math.round(windowMs),
    edges,
    ...(other.requests > 0 && { other }),
    ...(held.length > 0 && {
      held: Object.fromEntries(held.sort(([, one], [, two]) => two - one).slice(0, MOST_NAMED)),
    }),
    ...(load.ejected && { ejected: load.ejected.slice(0, MOST_NAMED).map(shortened) }),
    ...(load.routes_digest !== undefined && { routes_digest: load.routes_digest }),
  };
}

function isReportable({ route = '', requests, in_flight: inFlight }: LoadEdge): boolean {
  return route.length <= LONGEST_ROUTE && requests <= MOST_COUNT && inFlight <= MOST_COUNT;
}

function shortened(ejection: LoadEjection): LoadEjection {
  return { ...ejection, outcome: ejection.outcome.slice(0, LONGEST_TEXT) };
}
