import type {
  BoundUse,
  RegistryGuard,
  RegistryReplica,
  RegistryResponse,
  RegistryStoreState,
  RegistryWatchers,
} from '@rollcall/contracts';
import type { Catalog } from '../catalog/catalog';
import type { EventHistory } from '../catalog/changes/event-history';
import type { MassExpiryGuard } from '../catalog/guard/mass-expiry-guard';
import type { UsualLease } from '../catalog/heartbeat-interval';
import { epochSeconds, onTheWall, type Moment } from '../catalog/moment';
import type { CatalogStore } from '../ports/catalog-store';
import type { Clock } from '../ports/clock';
import type { ReplicaGroup } from '../ports/replica-group';
import type { ChangeFeed } from '../watch/change-feed';
import type { SubscriberAcknowledgements } from '../watch/subscriber-acknowledgements';
import type { WatchHub } from '../watch/watch-hub';

/** A change on its way to the watchers. Epoch milliseconds. */
export interface ToldChange {
  readonly revision: number;
  /** When it was decided. */
  readonly at: number;
  /** When every watcher that was up to date had been written it. */
  readonly toldAt: number;
}

export interface DescribeRegistryDeps {
  readonly version: string;
  readonly startedAt: Moment;
  readonly clock: Clock;
  readonly catalog: Catalog;
  readonly history: EventHistory;
  readonly feed: ChangeFeed;
  readonly hub: WatchHub;
  readonly acknowledgements: SubscriberAcknowledgements;
  readonly sessions: { readonly count: number };
  readonly guard: MassExpiryGuard;
  readonly store: CatalogStore;
  readonly group: ReplicaGroup;
  /** Epoch milliseconds. */
  readonly staleSince: () => number | undefined;
  readonly isWarming: () => boolean;
  readonly usualLease: UsualLease;
  /** `undefined` before the first change of this process. */
  readonly latestChange: () => ToldChange | undefined;
  /** By the names of the settings: those of what callers take and hold open. */
  readonly boundUse: () => Readonly<Record<string, BoundUse>>;
}

/** What this registry process is, and how it is doing. */
export function describeRegistry(deps: DescribeRegistryDeps): RegistryResponse {
  const { version, startedAt, clock, catalog, history, feed, sessions, isWarming, usualLease } = deps;
  const { now } = clock.moment();
  return {
    version,
    node: process.version,
    started_at: epochSeconds(startedAt.epochMs),
    uptime_seconds: Math.floor((now - startedAt.now) / 1000),
    catalog_id: catalog.catalogId,
    revision: catalog.revision,
    warming: isWarming(),
    lease: {
      ttl_seconds: usualLease.ttlSeconds,
      heartbeat_interval_seconds: usualLease.heartbeatIntervalSeconds,
    },
    bounds: {
      ...deps.boundUse(),
      change_log_entries: feed.log.entries,
      change_log_bytes: feed.log.bytes,
      events: history.use,
    },
    store: storeState(deps),
    ...(deps.group.isShared && { replica: replicaState(deps) }),
    sessions: sessions.count,
    watchers: watchers(deps),
    guards: describeGuards(deps),
  };
}

function storeState({ store }: DescribeRegistryDeps): RegistryStoreState {
  const { kind, journalBytes, snapshotBytes, snapshotDueBytes } = store.describe();
  return {
    kind,
    writable: store.status === 'writable',
    journal_bytes: journalBytes,
    snapshot_bytes: snapshotBytes,
    snapshot_due_bytes: snapshotDueBytes,
  };
}

function replicaState({ group, staleSince }: DescribeRegistryDeps): RegistryReplica {
  return {
    id: group.replicaId,
    leader: group.leadership !== undefined,
    stale_since: staleSince() ?? null,
    others: Array.from(group.others, ([id, { url, version }]) => ({ id, url, version })),
  };
}

function watchers({ hub, acknowledgements, clock, latestChange }: DescribeRegistryDeps): RegistryWatchers {
  acknowledgements.forgetAbsent(clock.moment().now);
  const change = latestChange();
  return {
    open: hub.count,
    behind: hub.behind,
    subscribers: acknowledgements.size,
    waiting_bytes: hub.waiting,
    cut_off: hub.cutOff,
    last_change:
      change === undefined
        ? null
        : {
            revision: change.revision,
            at: epochSeconds(change.at),
            // The wall clock may have been set back meanwhile.
            took_ms: Math.max(0, change.toldAt - change.at),
          },
  };
}

/** The services of which the mass-expiry guard holds instances. */
export function describeGuards({
  guard,
  clock,
}: Pick<DescribeRegistryDeps, 'guard' | 'clock'>): readonly RegistryGuard[] {
  const moment = clock.moment();
  return guard.services().flatMap((serviceName) => {
    const hold = guard.hold(serviceName);
    if (hold === undefined) return [];
    const { since, until, held } = hold;
    return {
      service_name: serviceName,
      since: epochSeconds(onTheWall(moment, since)),
      until: epochSeconds(onTheWall(moment, until)),
      held: held.size,
    };
  });
}
