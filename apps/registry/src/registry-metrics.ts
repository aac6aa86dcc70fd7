import { Counter, Gauge, type Registry } from 'prom-client';
import type { CommittedChange } from './catalog/changes/change';
import type { Catalog } from './catalog/catalog';

export interface RegistryMetrics {
  /** Counts what the change did. */
  record(change: CommittedChange): void;
}

/** The catalog's own metrics; sizes are read when somebody asks for them. */
export function createRegistryMetrics(
  registry: Registry,
  {
    catalog,
    watcherCount,
    sessionCount,
    heldCount,
  }: {
    catalog: Catalog;
    watcherCount: () => number;
    sessionCount: () => number;
    heldCount: () => number;
  },
): RegistryMetrics {
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  };
  gauge('rollcall_registry_instances', 'Instances listed.', () => catalog.instanceCount);
  gauge('rollcall_registry_services', 'Services with an instance.', () => catalog.serviceCount);
  gauge('rollcall_registry_revision', 'Revision of the catalog.', () => catalog.revision);
  gauge('rollcall_registry_watchers', 'Open streams of GET /watch.', watcherCount);
  gauge('rollcall_registry_sessions', 'Instances with an open session.', sessionCount);
  gauge('rollcall_registry_held_instances', 'Instances that the mass-expiry guard keeps.', heldCount);

  const changes = new Counter({
    name: 'rollcall_registry_instance_changes_total',
    help: 'What became of instances: registered, replaced, status_changed, deregistered, evicted.',
    labelNames: ['type'],
    registers: [registry],
  });
  return {
    record({ notes }) {
      for (const { type } of notes) changes.labels(type).inc();
    },
  };
}
