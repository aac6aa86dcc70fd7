import type { CatalogEvent, Instance } from '@rollcall/contracts';
import { nameOf, unless, warn, type Check, type Finding } from './check';
import { valueOf, type FleetFacts } from './fleet-facts';

const FLAPS = 3;
const FLAP_WINDOW_MS = 10 * 60_000;
const LONG_MIX_S = 3600;
const FLAP_EVENTS: ReadonlySet<CatalogEvent['type']> = new Set(['status_changed', 'evicted', 'replaced']);

/** What is listed, and how it has changed. */
export const LISTING_CHECKS: readonly Check<FleetFacts>[] = [
  {
    id: 'addresses',
    area: 'catalog',
    run: ofListed((instances) => {
      return unless(
        [...grouped(instances)]
          .filter(([, names]) => names.size > 1)
          .map(([url, names]) => `${url} (${[...names].join(', ')})`),
        'no two services have one address',
        (names) =>
          warn(
            `several services at one address: ${names}`,
            'give each process its own port, or ADVERTISE_URL',
          ),
      );
    }),
  },
  {
    id: 'flapping',
    area: 'catalog',
    run({ events, nowMs }) {
      const known = valueOf(events);
      if (known === undefined) return undefined;
      const counts = new Map<string, number>();
      for (const { type, at, service_name, instance_id } of known)
        if (FLAP_EVENTS.has(type) && nowMs - at <= FLAP_WINDOW_MS) {
          const name = nameOf({ service_name, instance_id });
          counts.set(name, (counts.get(name) ?? 0) + 1);
        }
      return unless(
        [...counts].filter(([, count]) => count >= FLAPS).map(([name, count]) => `${name} (${count} times)`),
        'no instance has changed its status often in the last 10 minutes',
        (names) =>
          warn(`changes again and again: ${names}`, 'rollcall events --service <name> says why each time'),
      );
    },
  },
  {
    id: 'versions_mixed',
    area: 'catalog',
    run: (facts) =>
      ofServices((services) =>
        unless(
          services
            .filter(([, instances]) => new Set(instances.map(({ version }) => version)).size > 1)
            .filter(([, instances]) =>
              instances.every((one) => facts.nowMs / 1000 - one.registered_at > LONG_MIX_S),
            )
            .map(([name]) => name),
          'no service has had several versions for more than an hour',
          (names) =>
            warn(`several versions for more than an hour: ${names}`, 'finish the roll-out, or roll it back'),
        ),
      )(facts),
  },
  {
    id: 'alone',
    area: 'catalog',
    onlyStrict: true,
    run: ofServices((services) =>
      unless(
        services.filter(([, instances]) => instances.length === 1).map(([name]) => name),
        'every service has two instances or more',
        (names) =>
          warn(`one instance alone: ${names}`, 'run a second one, so that the service outlives the first'),
      ),
    ),
  },
  {
    id: 'labels',
    area: 'catalog',
    onlyStrict: true,
    run: ofListed((instances) =>
      unless(
        instances.filter((one) => one.version === null || one.zone === null).map(nameOf),
        'every instance has a version and a zone',
        (names) => warn(`without a version or a zone: ${names}`, 'set VERSION and ZONE'),
      ),
    ),
  },
];

type Judge<T> = (value: T) => Finding | undefined;

function ofServices(
  judge: Judge<readonly (readonly [string, readonly Instance[]])[]>,
): Check<FleetFacts>['run'] {
  return ({ services }: FleetFacts) => {
    const known = valueOf(services);
    return known && judge(Object.entries(known));
  };
}

function ofListed(judge: Judge<readonly Instance[]>): Check<FleetFacts>['run'] {
  return ofServices((services) => judge(services.flatMap(([, instances]) => instances)));
}

/** The services at each address. */
function grouped(instances: readonly Instance[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byUrl = new Map<string, Set<string>>();
  for (const { url, service_name } of instances)
    byUrl.set(url, (byUrl.get(url) ?? new Set()).add(service_name));
  return byUrl;
}
