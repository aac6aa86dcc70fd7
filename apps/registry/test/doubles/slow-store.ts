import { createMemoryStore } from '../../src/adapters/memory-store';
import type { CatalogStore } from '../../src/ports/catalog-store';

/**
 * A store that takes its time, as one with a disk or a network does: a change is made final in a later turn, and
 * one to an instance that has a change under way conflicts with it.
 */
export function createSlowStore(): CatalogStore {
  const memory = createMemoryStore();
  const underWay = new Set<string>();

  return {
    ...memory,
    async commit(change) {
      const touched = [
        ...change.remove,
        ...change.put.flatMap(({ instanceId, registration }) => [instanceId, registration.url]),
      ];
      const conflicts = touched.some((key) => underWay.has(key));
      if (!conflicts) for (const key of touched) underWay.add(key);
      await new Promise((resolve) => setImmediate(resolve));
      if (conflicts) return { kind: 'conflict' };
      for (const key of touched) underWay.delete(key);
      return memory.commit(change);
    },
  };
}
