import type {
  CatalogEvent,
  ExplainResponse,
  KnownGateway,
  RegistryResponse,
  RoutesView,
  TrafficReporter,
  UpstreamView,
} from '@rollcall/contracts';
import type { FleetFacts, GatewayFacts, Known } from '@rollcall/diagnosis';
import type { Answer } from '../state/api';
import type { Catalog } from '../state/catalog';
import type { Source } from '../state/source';

/** What the console knows by itself. */
export interface SeenFacts {
  readonly nowMs: number;
  readonly registry: RegistryResponse | undefined;
  readonly catalog: Catalog;
  /** Newest first. */
  readonly events: readonly CatalogEvent[];
  readonly reporters: readonly TrafficReporter[];
}

/** What it has to ask for. */
export interface AskedFacts {
  readonly explained: Answer<readonly ExplainResponse[]>;
  readonly gateways: Answer<readonly AskedGateway[]>;
}

const NO_REGISTRY: Answer<never> = {
  ok: false,
  fault: { status: 0, code: 'NO_REGISTRY', detail: 'A gateway explains no leases.' },
};

export interface AskedGateway {
  readonly known: KnownGateway;
  readonly routes: Answer<RoutesView>;
  readonly upstreams: Answer<{ readonly upstreams: readonly UpstreamView[] }>;
  readonly config: Answer<Readonly<Record<string, unknown>>>;
}

export async function askFleet({ registry, fleet }: Source): Promise<AskedFacts> {
  const [explained, listed] = await Promise.all([registry?.explainAll() ?? NO_REGISTRY, fleet.gateways()]);
  if (!listed.ok) return { explained, gateways: listed };
  const gateways = await Promise.all(
    listed.value.gateways.map(async (known) => {
      const ask = <T>(question: string) => fleet.ask<T>(known, question);
      const [routes, upstreams, config] = await Promise.all([
        ask<RoutesView>('routes'),
        ask<{ readonly upstreams: readonly UpstreamView[] }>('upstreams'),
        ask<Readonly<Record<string, unknown>>>('config'),
      ]);
      return { known, routes, upstreams, config };
    }),
  );
  return { explained, gateways: { ok: true, value: gateways } };
}

/** Everything that the checks judge by. Metrics are not asked for: their text is for Prometheus. Pure. */
export function fleetFacts(seen: SeenFacts, { explained, gateways }: AskedFacts): FleetFacts {
  const isSeen = seen.registry !== undefined;
  return {
    nowMs: seen.nowMs,
    registries: [],
    registry: isSeen ? { value: seen.registry } : NOT_YET,
    services: isSeen
      ? { value: Object.fromEntries([...seen.catalog].map(([name, { instances }]) => [name, instances])) }
      : NOT_YET,
    explained: knownOf(explained),
    events: { value: seen.events },
    gateways: gateways.ok
      ? gateways.value.map((gateway) => gatewayFacts(gateway, seen.reporters))
      : [{ url: 'gateways', isNamed: false, answer: faultOf(gateways) }],
  };
}

const NOT_YET: Known<never> = { fault: 'It has not said so yet.', mend: undefined, isRefused: false };

function gatewayFacts(
  { known, routes, upstreams, config }: AskedGateway,
  reporters: readonly TrafficReporter[],
): GatewayFacts {
  const { instance_id: url } = known;
  if (!routes.ok) return { url, isNamed: true, answer: faultOf(routes) };
  if (!upstreams.ok) return { url, isNamed: true, answer: faultOf(upstreams) };
  if (!config.ok) return { url, isNamed: true, answer: faultOf(config) };
  const reporter = reporters.find(
    ({ instance_id, service_name }) => instance_id === url && service_name === known.service_name,
  );
  const held = reporter && Object.values(reporter.held).reduce((sum, waiting) => sum + waiting, 0);
  return {
    url,
    isNamed: true,
    answer: {
      value: {
        routes: routes.value,
        upstreams: upstreams.value.upstreams,
        config: config.value,
        // Under the name that the gateway itself has for it.
        metrics: new Map(held === undefined ? [] : [['rollcall_gateway_held_requests', held]]),
      },
    },
  };
}

function knownOf<T>(answer: Answer<T>): Known<T> {
  return answer.ok ? { value: answer.value } : faultOf(answer);
}

function faultOf({ fault }: Extract<Answer<unknown>, { readonly ok: false }>): Known<never> {
  const isRefused = fault.status === 401 || fault.status === 403;
  return { fault: fault.detail, mend: isRefused ? 'use a token with the scope read' : undefined, isRefused };
}
