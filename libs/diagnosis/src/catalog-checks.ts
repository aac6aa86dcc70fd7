import type { ExplainedInstance, ExplainResponse } from '@rollcall/contracts';
import { nameOf, fail, unless, warn, type Check, type Finding } from './check';
import { valueOf, type FleetFacts } from './fleet-facts';

const OLD_OVERRIDE_S = 86_400;

/** What the registry explains of each instance. */
export const CATALOG_CHECKS: readonly Check<FleetFacts>[] = [
  {
    id: 'traffic',
    area: 'catalog',
    run: ofExplained((services) =>
      unless(
        services
          .filter(({ instances }) => instances.length > 0 && !instances.some(({ traffic }) => traffic.gets))
          .map(({ service_name }) => service_name),
        'every service with an instance has one that gets traffic',
        (names) =>
          fail(`no instance gets traffic of ${names}`, 'rollcall explain <service> says why of each'),
      ),
    ),
  },
  {
    id: 'warnings',
    area: 'catalog',
    run: ofInstances((instances) => {
      const warned = instances.filter(({ warnings }) => warnings.length > 0);
      return unless(
        warned.map(
          ({ name, warnings }) => `${name}: ${warnings.map((text) => text.replace(/\.$/, '')).join('; ')}`,
        ),
        'the registry has no warning of any instance',
        (names) => warn(names, 'each warning says what to do; rollcall explain <instance> has all of them'),
      );
    }),
  },
  {
    id: 'sessions',
    area: 'catalog',
    run: ofInstances((instances) =>
      unless(
        instances.filter((one) => one.lease_ends !== null && one.session !== 'open').map(({ name }) => name),
        'every instance with a lease has an open session',
        (names) =>
          warn(
            `no open session: ${names}; the end of its process is noticed when its lease ends`,
            'register with @rollcall/registry-client or rollcall run, which hold one',
          ),
      ),
    ),
  },
  {
    id: 'leases',
    area: 'catalog',
    run: ofInstances((instances) =>
      unless(
        instances.filter((one) => one.lease_ends === null).map(({ name }) => name),
        'every instance has a lease',
        (names) =>
          warn(
            `no lease: ${names}; it stays until it is deregistered`,
            'rollcall deregister <instance> when it is gone',
          ),
      ),
    ),
  },
  {
    id: 'overrides',
    area: 'catalog',
    run: (facts) =>
      ofExplained((services) =>
        unless(
          services
            .flatMap(({ service_name, overrides }) => overrides.map((one) => ({ service_name, ...one })))
            .filter(({ until, since }) => until === null && facts.nowMs / 1000 - since > OLD_OVERRIDE_S)
            .map(
              ({ service_name, instance_ids, reason }) =>
                `${service_name}/${instance_ids.join('+')} (${reason})`,
            ),
          'nothing is out of service for more than a day without an end',
          (names) =>
            warn(
              `out of service for more than a day: ${names}`,
              'rollcall in <instance>, or give it an end: --for',
            ),
        ),
      )(facts),
  },
  {
    id: 'routes_refused',
    area: 'catalog',
    run: ofInstances((instances) =>
      unless(
        [
          ...new Set(
            instances.flatMap(({ service, refused_routes }) =>
              refused_routes.map(({ path_prefix, reason }) => `${path_prefix} of ${service} (${reason})`),
            ),
          ),
        ],
        'every announced path was given to its service',
        (names) =>
          warn(
            `not given: ${names}`,
            'announce another path, or name it in the tokens file: docs/operations.md',
          ),
      ),
    ),
  },
];

interface NamedInstance extends ExplainedInstance {
  readonly service: string;
  readonly name: string;
}

type Judge<T> = (value: T) => Finding | undefined;

function ofExplained(judge: Judge<readonly ExplainResponse[]>): Check<FleetFacts>['run'] {
  return ({ explained }: FleetFacts) => {
    const services = valueOf(explained);
    return services && judge(services);
  };
}

function ofInstances(judge: Judge<readonly NamedInstance[]>): Check<FleetFacts>['run'] {
  return ofExplained((services) =>
    judge(
      services.flatMap(({ service_name, instances }) =>
        instances.map((one) => ({ ...one, service: service_name, name: nameOf({ service_name, ...one }) })),
      ),
    ),
  );
}
