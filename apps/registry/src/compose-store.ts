import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Logger } from '@rollcall/service-kit';
import type { Registry } from 'prom-client';
import { createDiskFolder } from './adapters/journal-store/disk-folder';
import { logJournalEvent } from './adapters/journal-store/journal-logger';
import { createJournalStore } from './adapters/journal-store/journal-store';
import { createMemoryStore } from './adapters/memory-store';
import { createSingleReplica } from './adapters/single-replica';
import type { RegistryConfig } from './config';
import type { CatalogStore } from './ports/catalog-store';
import type { Clock } from './ports/clock';
import type { ReplicaGroup } from './ports/replica-group';

/** A store, and the group of the registries over it. */
export interface SharedStore {
  readonly store: CatalogStore;
  readonly group: ReplicaGroup;
  /** What there is to measure of the engine. */
  measure?(registry: Registry): void;
}

/** The store that the settings ask for. Nothing has been opened yet. */
export async function composeStore(
  config: Readonly<RegistryConfig>,
  clock: Clock,
  logger: Logger,
): Promise<SharedStore> {
  if (config.REGISTRY_STORE === 'etcd') {
    // Loaded only here: gRPC and its parser of proto files cost every other registry memory and time to start.
    // eslint-disable-next-line @nx/enforce-module-boundaries -- relative, it would be named differently in source and build
    const { composeEtcdStore } = await import('#compose-etcd');
    return composeEtcdStore(config, clock, logger);
  }
  const group = createSingleReplica();
  if (config.DATA_DIR === 'off') return { store: createMemoryStore(), group };
  const path = resolve(config.DATA_DIR, 'registry');
  const store = createJournalStore({
    folder: createDiskFolder(path),
    clock,
    newId: randomUUID,
    onEvent: (event) => logJournalEvent(logger, path, event),
  });
  return { store, group };
}
