import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Logger } from '@rollcall/service-kit';
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
}

/** `<DATA_DIR>/registry`, or nothing on disk: a registry that has its store to itself. */
export function composeStore(config: Readonly<RegistryConfig>, clock: Clock, logger: Logger): SharedStore {
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
