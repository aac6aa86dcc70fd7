import type {
  Instance,
  RouteClaim,
  RoutesView,
  TrafficEdge,
  TrafficResponse,
  UpstreamsView,
  UpstreamView,
} from '@rollcall/contracts';
import { ofSnapshot, type Catalog } from './catalog';

/** How this gateway is called where a registry would know its name. */
export const THIS_GATEWAY = 'this gateway';

/** The catalog as far as one gateway knows it: what only the registry knows is empty. */
export function gatewayCatalog({ upstreams }: UpstreamsView, { routes }: RoutesView): Catalog {
  const names = new Set([
    ...upstreams.map(({ service }) => service),
    ...routes.map(({ service }) => service),
  ]);
  return new Map(
    [...names].map((name) => [
      name,
      ofSnapshot({
        service_name: name,
        revision: 0,
        instances: upstreams.filter(({ service }) => service === name).map(instanceOf),
        claims: routes.filter(({ service }) => service === name).map(claimOf),
      }),
    ]),
  );
}

function instanceOf({
  service,
  instance_id,
  url,
  status,
  reason,
  version,
  zone,
  weight,
}: UpstreamView): Instance {
  return {
    instance_id,
    service_name: service,
    url,
    status,
    ...(reason !== undefined && { reason }),
    version,
    zone,
    tags: [],
    weight,
    metadata: {},
    routes: [],
    ttl_seconds: 0,
    health_path: '',
    registered_at: 0,
    last_heartbeat: 0,
    epoch: 0,
    revision: 0,
  };
}

function claimOf({ path_prefix, host, source }: RoutesView['routes'][number]): RouteClaim {
  const why = source === 'file' ? 'It is in the routes file.' : 'The service announces it.';
  return { path_prefix, ...(host !== undefined && { host }), since: 0, why };
}

/** What is in flight, and whom it has ejected. Rates are known to registries alone. */
export function gatewayTraffic({ upstreams }: UpstreamsView, at: number): TrafficResponse {
  return {
    at,
    reports: 'off',
    step_ms: 2000,
    window_ms: 2000,
    reporters: [
      {
        service_name: 'gateway',
        instance_id: THIS_GATEWAY,
        at,
        interval_ms: 2000,
        routes_digest: null,
        held: {},
        ejected: upstreams.flatMap((upstream) => {
          const { service, instance_id, ejection, ejected_by_hand } = upstream;
          const named = { service_name: service, instance_id };
          if (ejected_by_hand !== null)
            return [
              {
                ...named,
                cause: 'by_hand',
                outcome: ejected_by_hand.reason,
                for_ms: ejected_by_hand.ends_in_ms ?? null,
              },
            ];
          if (ejection === null) return [];
          return [
            { ...named, cause: ejection.cause, outcome: ejection.outcome, for_ms: ejection.available_in_ms },
          ];
        }),
        other: { requests: 0, failed: 0 },
      },
    ],
    edges: upstreams.map((upstream) => edgeOf(upstream, at)),
  };
}

function edgeOf({ service, instance_id, in_flight }: UpstreamView, at: number): TrafficEdge {
  return {
    from: 'gateway',
    reporter: null,
    service_name: service,
    instance_id,
    route: null,
    requests: 0,
    failed: 0,
    retried: 0,
    in_flight,
    outcomes: {},
    buckets: {},
    requests_per_second: 0,
    p50_ms: null,
    p99_ms: null,
    last_at: at,
  };
}
