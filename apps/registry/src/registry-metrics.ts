import { INSTANCE_STATUSES } from '@rollcall/contracts';
import { measureBounds, type UnreadAnswers } from '@rollcall/service-kit';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Catalog } from './catalog/catalog';
import type { CommittedChange } from './catalog/changes/change';
import type { MassExpiryGuard } from './catalog/guard/mass-expiry-guard';
import { statusOf } from './catalog/instance/standing';
import type { CatalogStore } from './ports/catalog-store';
import type { ReplicaGroup } from './ports/replica-group';
import type { SessionHub } from './sessions/session-hub';
import type { WatchHub } from './watch/watch-hub';

export interface RegistryMetrics {
  /** Counts what the change did, if this replica made it: the sum over all replicas is then what happened. */
  record(change: CommittedChange): void;
}

export interface RegistryMetricsOptions {
  readonly catalog: Pick<Catalog, 'instanceCount' | 'serviceCount' | 'revision' | 'claims' | 'services'>;
  readonly hub: Pick<WatchHub, 'count' | 'waiting' | 'cutOff'>;
  readonly unread: Pick<UnreadAnswers, 'bytes' | 'cut'>;
  readonly sessions: Pick<SessionHub, 'count'>;
  readonly guard: Pick<MassExpiryGuard, 'heldCount'>;
  readonly store: Pick<CatalogStore, 'status'>;
  readonly group: Pick<ReplicaGroup, 'leadership' | 'others' | 'isShared' | 'replicaId'>;
  readonly isWarming: () => boolean;
  /** Those that are the catalog's and its watchers'. */
  readonly bounds: MeasuredBounds;
}

/** Most of what the catalog and its watchers may hold. */
export interface MeasuredBounds {
  readonly maxInstances: number;
  readonly maxServices: number;
  readonly maxRoutes: number;
  readonly maxWatchers: number;
  readonly maxUnreadBytes: number;
}

/** The catalog's own metrics (docs/metrics.md); sizes are read at each scrape. */
export function createRegistryMetrics(
  registry: Registry,
  { catalog, hub, unread, sessions, guard, store, group, isWarming, bounds }: RegistryMetricsOptions,
): RegistryMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  gauge('rollcall_registry_instances', 'Instances listed.', () => catalog.instanceCount);
  new Gauge({
    name: 'rollcall_registry_instances_by_status',
    help: 'Instances listed, by status.',
    labelNames: ['status'] as const,
    registers,
    collect() {
      for (const status of INSTANCE_STATUSES) this.set({ status }, 0);
      for (const { records } of catalog.services())
        for (const { standing } of records) this.inc({ status: statusOf(standing) });
    },
  });
  measureBounds(registry, {
    MAX_INSTANCES: () => ({ taken: catalog.instanceCount, bound: bounds.maxInstances }),
    MAX_SERVICES: () => ({ taken: catalog.serviceCount, bound: bounds.maxServices }),
    MAX_ROUTES: () => ({ taken: catalog.claims.size, bound: bounds.maxRoutes }),
    MAX_WATCHERS: () => ({ taken: hub.count, bound: bounds.maxWatchers }),
    MAX_UNREAD_BYTES: () => ({ taken: unread.bytes, bound: bounds.maxUnreadBytes }),
  });
  gauge('rollcall_registry_services', 'Services with an instance.', () => catalog.serviceCount);
  gauge('rollcall_registry_route_claims', 'Paths that services hold.', () => catalog.claims.size);
  gauge('rollcall_registry_revision', 'Revision of the catalog.', () => catalog.revision);
  gauge('rollcall_registry_sessions', 'Instances with an open session.', () => sessions.count);
  gauge(
    'rollcall_registry_held_instances',
    'Instances held by the mass-expiry guard.',
    () => guard.heldCount,
  );
  gauge('rollcall_registry_store_writable', '0 while the disk refuses changes, else 1.', () =>
    Number(store.status === 'writable'),
  );
  gauge('rollcall_registry_attached', '0 while this replica has lost its store and the others, else 1.', () =>
    Number(store.status !== 'detached'),
  );
  gauge('rollcall_registry_leader', '1 while this replica leads, else 0.', () =>
    Number(group.leadership !== undefined),
  );
  gauge(
    'rollcall_registry_replicas',
    'Replicas of this registry, itself included.',
    () => group.others.size + 1,
  );
  gauge(
    'rollcall_registry_warming',
    '1 while instances may be running that the catalog, which has just begun, does not list, else 0.',
    () => Number(isWarming()),
  );
  gauge('rollcall_registry_watchers', 'Open streams of GET /watch.', () => hub.count);
  gauge('rollcall_registry_watch_waiting_bytes', 'Bytes that watchers have not read yet.', () => hub.waiting);
  gauge(
    'rollcall_registry_unread_bytes',
    'Bytes of answers and streams that callers have not read yet.',
    () => unread.bytes,
  );
  new Counter({
    name: 'rollcall_registry_unread_cut_total',
    help: 'Answers and streams cut off because their callers left too much unread, or read nothing for too long.',
    registers,
    collect() {
      this.reset();
      this.inc(unread.cut);
    },
  });
  new Counter({
    name: 'rollcall_registry_watchers_cut_total',
    help: 'Watchers cut off because they did not keep up.',
    registers,
    collect() {
      this.reset();
      this.inc(hub.cutOff);
    },
  });

  const changes = new Counter({
    name: 'rollcall_registry_instance_changes_total',
    help: 'Changes of instances, by type: registered, replaced, status_changed, routes_changed, route_refused, deregistered, evicted.',
    labelNames: ['type'],
    registers,
  });
  const evictions = new Counter({
    name: 'rollcall_registry_evictions_total',
    help: 'Instances evicted, by reason.',
    labelNames: ['reason'],
    registers,
  });
  return {
    record({ notes, replica }) {
      if (group.isShared && replica !== group.replicaId) return;
      for (const { type, reason } of notes) {
        changes.labels(type).inc();
        if (type === 'evicted') evictions.labels(reason).inc();
      }
    },
  };
}
