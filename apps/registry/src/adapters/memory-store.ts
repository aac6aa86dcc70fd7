import { randomUUID } from 'node:crypto';
import { committed } from '../catalog/changes/change';
import type { CatalogStore, StoreFollower } from '../ports/catalog-store';

/**
 * Keeps the catalog in memory only; each process begins with an empty one. A change is final in the turn in which it is
 * proposed, so there are no conflicts.
 */
export function createMemoryStore(): CatalogStore {
  let revision = 0;
  let follower: StoreFollower | undefined;

  return {
    async open() {
      return { catalogId: randomUUID(), begunAt: Date.now(), revision, services: [], recent: [] };
    },
    follow(whoIsTold) {
      follower = whoIsTold;
    },
    async commit(proposed) {
      if (follower === undefined) throw new Error('a change was proposed to a store without a follower');
      revision += 1;
      const change = committed(proposed, revision);
      follower.changed(change);
      return { kind: 'committed', change };
    },
    // Whoever proposes a change has been told of all earlier ones: nothing is ever behind.
    reach: () => Promise.resolve(),
    confirmUnknown: () => Promise.resolve(),
    maxRecordsPerChange: Infinity,
    status: 'writable',
    describe: () => ({ kind: 'memory', journalBytes: 0, snapshotBytes: 0, snapshotDueBytes: 0 }),
    async close() {
      follower = undefined;
    },
  };
}
