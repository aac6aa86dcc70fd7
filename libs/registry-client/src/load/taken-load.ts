import type { LoadEdge, LoadEjection, LoadOutcome, LoadReport } from '@rollcall/contracts';

/** What a process has counted since it was last asked. Plain data, which may come from another process. */
export interface TakenLoad extends Pick<LoadReport, 'held' | 'routes_digest'> {
  readonly edges: readonly LoadEdge[];
  readonly ejected?: readonly LoadEjection[];
}

/** Where a registrar gets from what it reports. */
export interface LoadSource {
  /** Whether a registry wants reports. While none does nothing is counted. */
  count(isWanted: boolean): void;
  /** What was counted since the last call. */
  take(): TakenLoad | Promise<TakenLoad>;
}

/** What several processes have counted, as if it were one. */
export function mergeLoads(loads: readonly TakenLoad[]): TakenLoad {
  const held = new Map<string, number>();
  const ejected = new Map<string, LoadEjection>();
  for (const load of loads) {
    for (const [service, count] of Object.entries(load.held ?? {}))
      held.set(service, (held.get(service) ?? 0) + count);
    for (const one of load.ejected ?? []) {
      const key = `${one.service_name}|${one.instance_id}`;
      const other = ejected.get(key);
      // Each judges by its own requests: the one that leaves it out longest is shown.
      if (other === undefined || (one.for_ms ?? Infinity) > (other.for_ms ?? Infinity)) ejected.set(key, one);
    }
  }
  const digest = loads.find(({ routes_digest }) => routes_digest !== undefined)?.routes_digest;
  return {
    edges: mergeEdges(loads.flatMap(({ edges }) => edges)),
    ...(held.size > 0 && { held: Object.fromEntries(held) }),
    ...(ejected.size > 0 && { ejected: [...ejected.values()] }),
    ...(digest !== undefined && { routes_digest: digest }),
  };
}

/** Each edge once: several counters, or processes, may count on one. */
export function mergeEdges(edges: readonly LoadEdge[]): readonly LoadEdge[] {
  const merged = new Map<string, LoadEdge>();
  for (const edge of edges) {
    const key = `${edge.service_name}|${edge.instance_id ?? ''}|${edge.route ?? ''}`;
    const other = merged.get(key);
    merged.set(key, other === undefined ? edge : both(other, edge));
  }
  return [...merged.values()];
}

function both(one: LoadEdge, other: LoadEdge): LoadEdge {
  const outcomes: Partial<Record<LoadOutcome, number>> = added(one.outcomes, other.outcomes);
  return {
    ...one,
    requests: one.requests + other.requests,
    failed: one.failed + other.failed,
    retried: one.retried + other.retried,
    in_flight: one.in_flight + other.in_flight,
    ...(Object.keys(outcomes).length > 0 && { outcomes }),
    buckets: added(one.buckets, other.buckets),
  };
}

type Counts = Readonly<Record<string, number | undefined>>;

function added(one: Counts = {}, other: Counts = {}): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const counts of [one, other])
    for (const [name, count = 0] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
