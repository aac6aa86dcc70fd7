import type { RefusalView, RoutesView, RouteView, TrafficEdge } from '@rollcall/contracts';
import type { Catalog } from '../state/catalog';
import { flowOf, type Flow } from '../state/traffic';

/** A route, and which gateways have it in force. */
export interface RouteRow {
  readonly key: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly methods: readonly string[];
  readonly service: string;
  /** `claimed`: the registry gave its service the path; no gateway was there to say more. */
  readonly source: RouteView['source'] | 'claimed';
  readonly picker: string | undefined;
  readonly policies: readonly string[];
  readonly gateways: readonly string[];
  readonly flow: Flow | undefined;
  /** Epoch milliseconds; `undefined` when nobody has reported a request on it of late. */
  readonly lastAt: number | undefined;
  readonly since: number | undefined;
}

export interface RefusalRow extends RefusalView {
  /** Whose opinion it is: a gateway, or the registry. */
  readonly by: string;
}

export interface RouteTable {
  readonly rows: readonly RouteRow[];
  readonly refused: readonly RefusalRow[];
}

export interface RouteSources {
  readonly answers: ReadonlyMap<string, RoutesView>;
  readonly catalog: Catalog;
  readonly edges: readonly TrafficEdge[];
  readonly windowMs: number;
}

/** The routes of all gateways as one table; where none answers, the paths that the registry has given away. Pure. */
export function routeTable(sources: RouteSources): RouteTable {
  const { answers, catalog } = sources;
  const rows = new Map<string, RouteRow>();
  for (const [gateway, { routes }] of answers)
    for (const route of routes) {
      const key = JSON.stringify([
        route.host ?? '',
        route.path_prefix,
        route.methods ?? [],
        route.service,
        route.source,
      ]);
      const known = rows.get(key);
      rows.set(
        key,
        known === undefined
          ? ofGateway(key, route, gateway, sources)
          : { ...known, gateways: [...known.gateways, gateway] },
      );
    }
  const list = answers.size > 0 ? [...rows.values()] : claimed(sources);
  return {
    rows: list.sort(
      (one, other) => compare(one.path, other.path) || compare(one.host ?? '', other.host ?? ''),
    ),
    refused: [...refusedAtGateways(answers), ...refusedByRegistry(catalog)],
  };
}

function ofGateway(key: string, route: RouteView, gateway: string, sources: RouteSources): RouteRow {
  const {
    path_prefix: path,
    host,
    methods = [],
    service,
    source,
    picker,
    policies,
    max_in_flight: most,
    strip_prefix,
  } = route;
  return {
    key,
    path,
    host,
    methods,
    service,
    source,
    picker,
    policies: [
      ...policies,
      ...(strip_prefix && !policies.some((policy) => policy.includes('prefix')) ? ['prefix is removed'] : []),
      ...(most === null || policies.some((policy) => policy.includes('in flight'))
        ? []
        : [`max ${most} in flight`]),
    ],
    gateways: [gateway],
    ...trafficOf(host, path, service, sources),
    since: claimOf(sources.catalog, service, path, host)?.since,
  };
}

function claimed(sources: RouteSources): RouteRow[] {
  return [...sources.catalog.values()].flatMap(({ name, claims, instances }) =>
    claims.map(({ path_prefix: path, host, since }) => {
      const announced = instances
        .flatMap(({ routes }) => routes)
        .find((route) => route.path_prefix === path && route.host === host);
      return {
        key: `${name} ${host ?? ''}${path}`,
        path,
        host,
        methods: announced?.methods ?? [],
        service: name,
        source: 'claimed' as const,
        picker: undefined,
        policies: [],
        gateways: [],
        ...trafficOf(host, path, name, sources),
        since,
      };
    }),
  );
}

function claimOf(catalog: Catalog, service: string, path: string, host: string | undefined) {
  return catalog.get(service)?.claims.find((claim) => claim.path_prefix === path && claim.host === host);
}

/** Calls as gateways report them, by route. */
function trafficOf(
  host: string | undefined,
  path: string,
  service: string,
  { edges, windowMs }: RouteSources,
) {
  const own = edges.filter(
    (edge) =>
      edge.instance_id === null && edge.service_name === service && edge.route === `${host ?? ''}${path}`,
  );
  return {
    flow: own.length === 0 ? undefined : flowOf(own, Math.max(1, windowMs / 1000)),
    lastAt: own.length === 0 ? undefined : Math.max(...own.map((edge) => edge.last_at)),
  };
}

function refusedAtGateways(answers: ReadonlyMap<string, RoutesView>): readonly RefusalRow[] {
  const seen = new Map<string, RefusalRow>();
  for (const [gateway, { refused }] of answers)
    for (const one of refused) {
      const key = JSON.stringify([one.service, one.host, one.path_prefix, one.reason]);
      const known = seen.get(key);
      seen.set(key, { ...one, by: known === undefined ? gateway : `${known.by}, ${gateway}` });
    }
  return [...seen.values()];
}

function refusedByRegistry(catalog: Catalog): readonly RefusalRow[] {
  const seen = new Map<string, RefusalRow>();
  for (const { name, instances } of catalog.values())
    for (const { refused_routes: refused = [] } of instances)
      for (const { path_prefix, host, reason } of refused)
        seen.set(JSON.stringify([name, host, path_prefix, reason]), {
          path_prefix,
          ...(host !== undefined && { host }),
          service: name,
          reason,
          by: 'the registry',
        });
  return [...seen.values()];
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
