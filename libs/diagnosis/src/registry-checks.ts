import type { RegistryResponse } from '@rollcall/contracts';
import { fail, ok, unless, warn, type Check, type Finding } from './check';
import { valueOf, type FleetFacts } from './fleet-facts';

const NEARLY_FULL = 0.8;
const SLOW_CHANGE_MS = 1000;
const SLOW_LOOP_S = 0.05;
/** Loading its modules blocks a process; until then that is one of few measurements. */
const STARTED_S = 60;
const LATE_S = 10;

/** How the registry itself is doing. */
export const REGISTRY_CHECKS: readonly Check<FleetFacts>[] = [
  {
    id: 'store',
    area: 'registry',
    run: ofRegistry(({ store }) =>
      store.writable
        ? ok('the registry can write its store')
        : fail(
            'the registry cannot write its store: nothing can be registered',
            'look at its disk, and at store_… in its log',
          ),
    ),
  },
  {
    id: 'durable',
    area: 'registry',
    onlyStrict: true,
    run: ofRegistry(({ store }) =>
      store.kind === 'memory'
        ? warn('the catalog is in memory: a restart begins with an empty one', 'set DATA_DIR at the registry')
        : ok('the catalog outlives a restart'),
    ),
  },
  {
    id: 'warming',
    area: 'registry',
    onlyStrict: true,
    run: ofRegistry(({ warming, lease, store }) =>
      warming
        ? warn(
            'the catalog of the registry began a moment ago, and it may not know everybody yet',
            `wait for ${lease.ttl_seconds} s; ${store.kind === 'etcd' ? 'catalog_replaced in its log says why, unless it is a new installation' : 'set DATA_DIR so that the next start knows them'}`,
          )
        : ok('the registry knows its instances'),
    ),
  },
  {
    id: 'guard',
    area: 'registry',
    run: ofRegistry(({ guards }) =>
      unless(
        guards.map(({ service_name, held }) => `${held} of ${service_name}`),
        'the mass-expiry guard holds no instance',
        (names) =>
          warn(
            `the mass-expiry guard holds ${names}: so many fell silent at once`,
            'look at the network between them and the registry; rollcall guard release evicts them',
          ),
      ),
    ),
  },
  {
    id: 'bounds',
    area: 'registry',
    run: ofRegistry(({ bounds }) =>
      unless(
        Object.entries(bounds)
          // Those in small letters give way to the newest by themselves.
          .filter(([name, { used, limit }]) => name === name.toUpperCase() && used >= NEARLY_FULL * limit)
          .map(([name, { used, limit }]) => `${name} ${used} of ${limit}`),
        'no bound is nearly reached',
        (names) => warn(`nearly full: ${names}`, 'raise them at the registry, or find out who takes so much'),
      ),
    ),
  },
  {
    id: 'watchers',
    area: 'registry',
    run: ofRegistry(({ watchers }) =>
      watchers.cut_off === 0
        ? ok(watchers.open === 1 ? '1 watcher keeps up' : `${watchers.open} watchers keep up`)
        : warn(
            `${watchers.cut_off} watchers were cut off since the start because they read too slowly`,
            'find them by watch_… in the registry’s log: they are overloaded, or stopped',
          ),
    ),
  },
  {
    id: 'propagation',
    area: 'registry',
    run: ofRegistry(({ watchers: { last_change: change } }) => {
      if (change === null) return undefined;
      const took = `the latest change reached the last watcher in ${Math.round(change.took_ms)} ms`;
      return change.took_ms <= SLOW_CHANGE_MS
        ? ok(took)
        : warn(took, 'the registry lacks CPU, or its disk is slow');
    }),
  },
  {
    id: 'watcher_lag',
    area: 'registry',
    run: ofRegistry(({ watchers: { open, behind, last_change: change }, started_at, uptime_seconds }) => {
      // By the clock of the registry, which may differ from ours.
      const agoS = change === null ? 0 : started_at + uptime_seconds - change.at;
      return behind === 0 || agoS <= LATE_S
        ? ok('every watcher has been sent the latest change, or is about to be')
        : warn(
            `${behind} of ${open} watchers have not taken all changes, the latest of ${Math.round(agoS)} s ago`,
            'they are overloaded or stopped, or the network is slow; a watcher that reads nothing for 30 s is cut off',
          );
    }),
  },
  {
    id: 'event_loop',
    area: 'registry',
    run(facts) {
      const measured = measuredIn(facts, 'nodejs_eventloop_lag_p99_seconds').filter(
        ({ metrics }) =>
          facts.nowMs / 1000 - (metrics.get('process_start_time_seconds') ?? Infinity) > STARTED_S,
      );
      if (measured.length === 0) return undefined;
      return unless(
        measured
          .filter(({ value }) => value > SLOW_LOOP_S)
          .map(({ url, value }) => `${url} by ${Math.round(value * 1000)} ms`),
        'the event loop of the registry is not delayed',
        (names) =>
          warn(
            `the event loop is delayed (99th percentile since the last scrape): ${names}`,
            'give the registry more CPU, or find out who calls it so often: http_server_request_duration_seconds',
          ),
      );
    },
  },
  {
    id: 'open_files',
    area: 'registry',
    run(facts) {
      const measured = measuredIn(facts, 'process_open_fds').flatMap(({ url, value, metrics }) => {
        const limit = metrics.get('process_max_fds');
        return limit === undefined ? [] : [{ url, value, limit }];
      });
      if (measured.length === 0) return undefined;
      return unless(
        measured
          .filter(({ value, limit }) => value >= NEARLY_FULL * limit)
          .map(({ url, value, limit }) => `${url} ${value} of ${limit}`),
        'the registry may open many more files and connections',
        (names) =>
          warn(
            `open files and connections are near the limit: ${names}`,
            'raise ulimit -n (ulimits.nofile in compose, LimitNOFILE in systemd), or lower MAX_CONNECTIONS',
          ),
      );
    },
  },
];

/** One metric of each registry that has it. */
function measuredIn({ registries }: FleetFacts, name: string) {
  return registries.flatMap(({ url, metrics: known }) => {
    const metrics = valueOf(known);
    const value = metrics?.get(name);
    return metrics === undefined || value === undefined ? [] : [{ url, value, metrics }];
  });
}

function ofRegistry(
  judge: (registry: RegistryResponse) => Finding | undefined,
): (facts: FleetFacts) => Finding | undefined {
  return ({ registry }) => {
    const state = valueOf(registry);
    return state && judge(state);
  };
}
