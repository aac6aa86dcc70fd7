import type { Catalog } from '../catalog';
import type { CommittedChange } from '../changes/change';
import type { Entry } from '../entry';
import type { InstanceRecord } from '../instance/instance-record';
import { isHeld } from '../instance/standing';
import { isMassExpiry } from './mass-expiry';
import { createRecentDepartures } from './recent-departures';

/** The guard of one service, while it holds instances. Times are monotonic milliseconds. */
export interface Hold {
  readonly since: number;
  /** Two leases later at most. */
  readonly until: number;
  /** Ids of those it keeps. */
  readonly held: ReadonlySet<string>;
}

/**
 * The mass-expiry guard keeps a service from being emptied by a network fault: when half of it would be evicted within one
 * lease, all of them for silence only, they stay listed as suspects. Which instances it holds is part of the committed
 * records; the rest of its state is this process's own.
 */
export interface MassExpiryGuard {
  /** Why an instance that would be evicted for silence is held instead, a sentence; `undefined`: evict it. */
  reasonToKeep(entry: Entry, now: number): string | undefined;
  /** Notes an instance that was evicted for silence. */
  departed(entry: Entry, now: number): void;
  /** Has to be called with every applied change, and with the initial content of the catalog. */
  follow(change: Pick<CommittedChange, 'serviceName' | 'put' | 'remove'>, now: number): void;
  /** `undefined` while the service's guard holds no instance. */
  hold(serviceName: string): Hold | undefined;
  /** Services whose guard holds an instance. */
  services(): readonly string[];
  /** The number of held instances of all services. */
  readonly heldCount: number;
  /** Services whose guard has kept them for as long as it may. Called now and then, which also bounds the memory. */
  overdue(now: number): readonly string[];
}

const LONGEST_HOLD_LEASES = 2;

/**
 * In a service larger than this, instances are counted ten times a second instead of for each eviction: losing thousands
 * at once must not keep the registry busy with counting.
 */
const COUNTED_EACH_TIME = 1000;
const COUNT_KEPT_MS = 100;

interface Count {
  readonly listed: number;
  readonly going: number;
  readonly at: number;
}

interface OpenHold extends Hold {
  until: number;
  readonly held: Set<string>;
}

export function createMassExpiryGuard(
  catalog: Pick<Catalog, 'entriesOf' | 'sizeOf' | 'isSilent'>,
): MassExpiryGuard {
  const departures = createRecentDepartures();
  const holds = new Map<string, OpenHold>();
  const counts = new Map<string, Count>();

  return {
    reasonToKeep(entry, now) {
      const { serviceName } = entry.record.registration;
      if (holds.has(serviceName)) return 'the guard of its service is on';
      const { listed, going } = count(serviceName, now);
      return isMassExpiry({ listed, going })
        ? `${going} of ${listed} would go within one lease, all of them for silence only: more likely the network than the instances`
        : undefined;
    },
    departed({ record: { registration } }, now) {
      const { serviceName, url, ttlSeconds } = registration;
      departures.note(serviceName, url, { at: now, leaseMs: ttlSeconds * 1000 });
    },
    follow({ serviceName, put, remove }, now) {
      for (const record of put) {
        departures.isBack(serviceName, record.registration.url);
        if (isHeld(record.standing.condition)) keep(record, now);
        else letGo(serviceName, record.instanceId);
      }
      for (const instanceId of remove) letGo(serviceName, instanceId);
    },
    hold: (serviceName) => holds.get(serviceName),
    services: () => [...holds.keys()],
    get heldCount() {
      let count = 0;
      for (const { held } of holds.values()) count += held.size;
      return count;
    },
    overdue(now) {
      departures.forget(now);
      for (const [serviceName, { at }] of counts) if (at + COUNT_KEPT_MS <= now) counts.delete(serviceName);
      return Array.from(holds).flatMap(([serviceName, { until }]) => (until <= now ? serviceName : []));
    },
  };

  function keep({ instanceId, registration }: InstanceRecord, now: number): void {
    const { serviceName, ttlSeconds } = registration;
    const hold = holds.get(serviceName) ?? { since: now, until: now, held: new Set() };
    hold.until = Math.max(hold.until, hold.since + LONGEST_HOLD_LEASES * ttlSeconds * 1000);
    hold.held.add(instanceId);
    holds.set(serviceName, hold);
  }

  function letGo(serviceName: string, instanceId: string): void {
    const hold = holds.get(serviceName);
    if (hold?.held.delete(instanceId) === true && hold.held.size === 0) holds.delete(serviceName);
  }

  function count(serviceName: string, now: number): Count {
    const known = counts.get(serviceName);
    if (known !== undefined && known.at + COUNT_KEPT_MS > now) return known;
    const gone = departures.count(serviceName, now);
    let going = gone;
    for (const entry of catalog.entriesOf(serviceName)) if (isInDoubt(entry, now)) going += 1;
    const fresh = { listed: catalog.sizeOf(serviceName) + gone, going, at: now };
    if (fresh.listed > COUNTED_EACH_TIME) counts.set(serviceName, fresh);
    return fresh;
  }

  /** Looks ahead: the first of many to go is to be kept as well, not only those who are left when half has gone. */
  function isInDoubt(entry: Entry, now: number): boolean {
    const { contact, record } = entry;
    if (record.registration.ttlSeconds === 0 || record.standing.condition.status === 'draining') return false;
    return contact.failedProbes > 0 || contact.lapsing || catalog.isSilent(entry, now);
  }
}
