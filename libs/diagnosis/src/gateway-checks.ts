import { nameOf, fail, ok, unless, warn, type Check, type Finding } from './check';
import { valueOf, type FleetFacts, type GatewayFacts } from './fleet-facts';

/** Younger ones may be on their way to the gateway. */
const KNOWN_AFTER_S = 10;
const STALE_S = 60;

/** What the gateways make of it. */
export const GATEWAY_CHECKS: readonly Check<FleetFacts>[] = [
  {
    id: 'gateways_reachable',
    area: 'gateways',
    run({ gateways }) {
      const away = gateways.flatMap(({ answer, isNamed }) =>
        'fault' in answer ? [{ ...answer, isNamed }] : [],
      );
      const [first] = away;
      if (first === undefined)
        return ok(`the gateway answers at ${gateways.map(({ url }) => url).join(', ')}`);
      const text = away.map(({ fault }) => fault).join('; ');
      const mend = first.mend ?? 'say where its admin port is: GATEWAY_ADMIN_URL=…';
      // Nobody has said that there is one.
      return first.isNamed ? fail(text, mend) : warn(`${text}; the checks of gateways are left out`, mend);
    },
  },
  {
    id: 'synced',
    area: 'gateways',
    run(facts) {
      const services = valueOf(facts.services);
      const settled = Object.values(services ?? {})
        .flat()
        .filter(({ registered_at }) => facts.nowMs / 1000 - registered_at > KNOWN_AFTER_S);
      if (services === undefined) return undefined;
      return ofGateways(({ upstreams, config }) => {
        // A gateway forwards nothing to its own service.
        const known = new Set(
          upstreams.map(({ service, instance_id }) => nameOf({ service_name: service, instance_id })),
        );
        return settled
          .filter((one) => one.service_name !== config['SERVICE_NAME'] && !known.has(nameOf(one)))
          .map(nameOf);
      })(facts, 'every gateway knows what the registry lists', (names) =>
        warn(
          `not known to it: ${names}`,
          'look for resolver_disconnected in its log: it may ask another registry',
        ),
      );
    },
  },
  {
    id: 'stale',
    area: 'gateways',
    run: (facts) =>
      ofMetric('rollcall_discovery_stale_seconds', (staleS) =>
        staleS > STALE_S ? [`since ${Math.round(staleS)} s`] : [],
      )(facts, 'what the gateways know is not out of date', (names) =>
        warn(
          `no news of a registry, and routes by what it last knew: ${names}`,
          'look for resolver_disconnected in its log, and whether it reaches its REGISTRY_URL',
        ),
      ),
  },
  {
    id: 'held',
    area: 'gateways',
    run: (facts) =>
      ofMetric('rollcall_gateway_held_requests', (held) => (held > 0 ? [`${held}`] : []))(
        facts,
        'no request waits for an instance',
        (names) =>
          warn(
            `requests that wait because their service has no instance: ${names}`,
            'rollcall routes says which routes are without one: start the service, or rollcall explain <service>',
          ),
      ),
  },
  {
    id: 'routes_file',
    area: 'gateways',
    run: (facts) =>
      ofGateways(({ config }) => (hasFault(config['routes_file']) ? [''] : []))(
        facts,
        'routes files are in force as they stand',
        (names) =>
          fail(
            `the routes file is faulty, and what was in force before stays: ${names}`,
            'rollcall routes check <file> has its faults',
          ),
      ),
  },
  {
    id: 'announcements_refused',
    area: 'gateways',
    run: (facts) =>
      ofGateways(({ routes }) =>
        routes.refused.map(({ path_prefix, service, reason }) => `${path_prefix} of ${service} (${reason})`),
      )(facts, 'every announced route is in force', (names) =>
        warn(`refused announcements: ${names}`, 'rollcall routes lists them with their reasons'),
      ),
  },
  {
    id: 'routes_to_nowhere',
    area: 'gateways',
    run: (facts) =>
      ofGateways(({ routes }) =>
        routes.routes
          .filter(({ instances }) => instances === 0)
          .map(({ path_prefix, service }) => `${path_prefix} to ${service}`),
      )(facts, 'every route leads to an instance', (names) =>
        warn(
          `routes without an instance: ${names}`,
          'start the service, or take the route out of the routes file',
        ),
      ),
  },
  {
    id: 'ejections',
    area: 'gateways',
    run: (facts) =>
      ofGateways(({ upstreams }) =>
        upstreams
          .filter(({ ejection, ejected_by_hand }) => ejection !== null || ejected_by_hand !== null)
          .map(({ service, instance_id }) => nameOf({ service_name: service, instance_id })),
      )(facts, 'no gateway has ejected an instance', (names) =>
        warn(`ejected: ${names}`, 'rollcall explain <path> says why; rollcall restore <instance> ends it'),
      ),
  },
  {
    id: 'legacy_calls',
    area: 'gateways',
    run: (facts) =>
      ofGateways(({ config }) =>
        config['NODE_ENV'] === 'production' && config['LEGACY_CALLS'] === true ? [''] : [],
      )(facts, 'the legacy API is not on in production', (names) =>
        warn(`the legacy API is on, which asks nobody for a token: ${names}`, 'set LEGACY_CALLS=off'),
      ),
  },
  {
    id: 'same_routes',
    area: 'gateways',
    run({ gateways }) {
      const known = gateways.flatMap(({ url, answer }) =>
        'value' in answer ? [{ url, routes: answer.value.routes.routes }] : [],
      );
      if (known.length < 2) return undefined;
      const [first, ...others] = known.map(({ url, routes }) => ({ url, digest: digestOf(routes) }));
      return unless(
        others.filter(({ digest }) => digest !== first?.digest).map(({ url }) => url),
        'all gateways have the same routes',
        (names) =>
          warn(
            `other routes than ${first?.url ?? ''}: ${names}`,
            'give all of them the same routes file, and the same registries',
          ),
      );
    },
  },
];

type Answered = Extract<GatewayFacts['answer'], { readonly value: unknown }>['value'];

/** The same question to each gateway that answers. @param faultsOf names, or `''` for the gateway itself */
function ofGateways(faultsOf: (answer: Answered) => readonly string[]) {
  return ({ gateways }: FleetFacts, good: string, bad: (names: string) => Finding): Finding | undefined => {
    const asked = gateways.flatMap(({ url, answer }) =>
      'value' in answer ? [{ url, value: answer.value }] : [],
    );
    if (asked.length === 0) return undefined;
    const named = asked.flatMap(({ url, value }) =>
      faultsOf(value).map((name) => (name === '' ? url : asked.length === 1 ? name : `${name} at ${url}`)),
    );
    return unless(named, good, bad);
  };
}

/** The same of one number of each gateway that tells it. */
function ofMetric(name: string, faultsOf: (value: number) => readonly string[]) {
  const tells = ({ answer }: GatewayFacts): boolean => 'value' in answer && answer.value.metrics.has(name);
  return (facts: FleetFacts, good: string, bad: (names: string) => Finding): Finding | undefined =>
    ofGateways(({ metrics }) => faultsOf(metrics.get(name) ?? 0))(
      { ...facts, gateways: facts.gateways.filter(tells) },
      good,
      bad,
    );
}

function hasFault(status: unknown): boolean {
  return typeof status === 'object' && status !== null && 'fault' in status && status.fault !== null;
}

function digestOf(routes: Answered['routes']['routes']): string {
  return routes
    .map(({ path_prefix, host = '', methods = [], service }) =>
      JSON.stringify([host, path_prefix, methods, service]),
    )
    .sort()
    .join('\n');
}
