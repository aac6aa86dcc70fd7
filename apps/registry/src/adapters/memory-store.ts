import { randomUUID } from 'node:crypto';
import { committed, type CommittedChange } from '../catalog/changes/change';
import type { CatalogStore } from '../ports/catalog-store';

/**
 * Keeps the catalog in memory only; each process begins with an empty one. A change is final in the turn in which it is
 * proposed, so there are no conflicts.
 */
export function createMemoryStore(): CatalogStore {
  let revision = 0;
  let tell: ((change: CommittedChange) => void) | undefined;

  return {
    async open() {
      return { catalogId: randomUUID(), begunAt: Date.now(), revision, services: [], recent: [] };
    },
    follow(follower) {
      tell = follower;
    },
    async commit(proposed) {
      if (tell === undefined) throw new Error('a change was proposed to a store without a follower');
      revision += 1;
      const change = committed(proposed, revision);
      tell(change);
      return { kind: 'committed', change };
    },
    isWritable: () => true,
    state: () => ({ kind: 'memory', journalBytes: 0, snapshotBytes: 0, snapshotDueBytes: 0 }),
    async close() {
      tell = undefined;
    },
  };
}
