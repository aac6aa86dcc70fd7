import { Gauge, type Registry } from 'prom-client';

/** What a process knows of others, as a resolver of the client library tells. */
export interface Discovery {
  /** Since when it is not the latest any more, epoch milliseconds; undefined while it is, or nothing is known. */
  readonly staleSince: number | undefined;
  /** Whether everything asked for has been known once. */
  readonly synced: boolean;
}

/**
 * How old the news is that a process serves by. The stream of a registry that is away breaks nothing at once, so this
 * is what tells somebody of it in time. Read when somebody scrapes; of several processes the oldest counts.
 *
 * @param now wall-clock milliseconds
 */
export function measureDiscovery(
  registry: Registry,
  discovery: Discovery,
  now: () => number = Date.now,
): void {
  const registers = [registry];
  new Gauge({
    name: 'rollcall_discovery_stale_seconds',
    help: 'Age of what is known of other services; 0 while it is the latest.',
    aggregator: 'max',
    registers,
    collect() {
      const { staleSince } = discovery;
      // A wall clock that is set back must not make news from the future of it.
      this.set(staleSince === undefined ? 0 : Math.max(0, now() - staleSince) / 1000);
    },
  });
  new Gauge({
    name: 'rollcall_discovery_synced',
    help: '1 once everything asked for has been known, 0 before.',
    aggregator: 'min',
    registers,
    collect() {
      this.set(discovery.synced ? 1 : 0);
    },
  });
}
