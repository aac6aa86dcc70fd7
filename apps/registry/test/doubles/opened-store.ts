import { createFakeClock, type FakeClock } from '@rollcall/testing';
import type { Folder } from '../../src/adapters/journal-store/folder';
import type { JournalEvent } from '../../src/adapters/journal-store/journal-event';
import { createJournalStore } from '../../src/adapters/journal-store/journal-store';
import { createCatalog, type Catalog } from '../../src/catalog/catalog';
import type { CommittedChange, ProposedChange } from '../../src/catalog/changes/change';
import type { StoredCatalog } from '../../src/catalog/stored-catalog';
import type { CatalogStore } from '../../src/ports/catalog-store';
import { followerOf } from './store-follower';

/** A journal store as the registry has it: opened, and followed by a catalog. */
export interface OpenedStore {
  readonly store: CatalogStore;
  readonly clock: FakeClock;
  readonly stored: StoredCatalog;
  readonly catalog: Catalog;
  readonly told: readonly CommittedChange[];
  readonly events: readonly JournalEvent[];
  /** @throws when it was not committed */
  commit(change: ProposedChange): Promise<CommittedChange>;
  /** Ids of the instances that are listed, in alphabetical order. */
  listed(): readonly string[];
}

export async function openStore(
  folder: Folder,
  options: { shortJournalsBytes?: number } = {},
): Promise<OpenedStore> {
  const clock = createFakeClock();
  const events: JournalEvent[] = [];
  const told: CommittedChange[] = [];
  let ids = 0;
  const store = createJournalStore({
    folder,
    clock,
    newId: () => `${Math.random().toString(16).slice(2)}-${(ids += 1)}`,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const stored = await store.open();
  const catalog = createCatalog(stored, clock.moment(), { maxVacantServices: 1000 });
  for (const change of stored.recent) catalog.apply(change, clock.moment());
  store.follow(
    followerOf((change) => {
      told.push(change);
      catalog.apply(change, clock.moment());
    }),
  );

  return {
    store,
    clock,
    stored,
    catalog,
    told,
    events,
    async commit(change) {
      const result = await store.commit(change);
      if (result.kind !== 'committed') throw new Error('conflict');
      return result.change;
    },
    listed: () =>
      catalog
        .services()
        .flatMap(({ records }) => records.map(({ instanceId }) => instanceId))
        .sort(),
  };
}
