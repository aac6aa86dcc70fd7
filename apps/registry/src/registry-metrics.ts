import type { UnreadAnswers } from '@rollcall/service-kit';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Catalog } from './catalog/catalog';
import type { CommittedChange } from './catalog/changes/change';
import type { MassExpiryGuard } from './catalog/guard/mass-expiry-guard';
import type { CatalogStore } from './ports/catalog-store';
import type { SessionHub } from './sessions/session-hub';
import type { WatchHub } from './watch/watch-hub';

export interface RegistryMetrics {
  /** Counts what the change did. */
  record(change: CommittedChange): void;
}

export interface RegistryMetricsOptions {
  readonly catalog: Pick<Catalog, 'instanceCount' | 'serviceCount' | 'revision' | 'claims'>;
  readonly hub: Pick<WatchHub, 'count' | 'waiting' | 'cutOff'>;
  readonly unread: Pick<UnreadAnswers, 'bytes' | 'cut'>;
  readonly sessions: Pick<SessionHub, 'count'>;
  readonly guard: Pick<MassExpiryGuard, 'heldCount'>;
  readonly store: Pick<CatalogStore, 'isWritable'>;
  readonly isWarming: () => boolean;
}

/** The catalog's own metrics (docs/metrics.md); sizes are read at each scrape. */
export function createRegistryMetrics(
  registry: Registry,
  { catalog, hub, unread, sessions, guard, store, isWarming }: RegistryMetricsOptions,
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
    Number(store.isWritable()),
  );
  gauge(
    'rollcall_registry_warming',
    '1 while instances may not have been heard from since the start, else 0.',
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
    record({ notes }) {
      for (const { type, reason } of notes) {
        changes.labels(type).inc();
        if (type === 'evicted') evictions.labels(reason).inc();
      }
    },
  };
}
