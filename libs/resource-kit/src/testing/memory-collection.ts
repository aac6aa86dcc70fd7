import type { Collection, Repeat } from '../collection/collection';
import { priorUse, type IdempotentRequest, type KeyUse } from '../idempotency/idempotent-request';
import { byNewest, pageOf, type Position } from '../paging/page';

/** A collection for specs: all of the contract, in the memory of one process. */
export function createMemoryCollection<T extends Position>(): Collection<T> {
  const items = new Map<string, T>();
  const keys = new Map<string, KeyUse>();

  function repeatOf(request: IdempotentRequest, now: number): Repeat<T> | undefined {
    const prior = priorUse(keys.get(request.key), request, now);
    if (prior.kind === 'different') return { outcome: 'key-reused' };
    const item = prior.kind === 'same' ? items.get(prior.resourceId) : undefined;
    return item && { outcome: 'repeated', item };
  }

  return {
    list(request) {
      const { after, limit } = request;
      const found = [...items.values()]
        .filter((item) => after === undefined || byNewest(after, item) < 0)
        .sort(byNewest);
      return Promise.resolve(pageOf(found.slice(0, limit + 1), request));
    },

    find: (id) => Promise.resolve(items.get(id)),

    add(item, request) {
      if (request !== undefined) {
        const repeat = repeatOf(request, item.createdAt);
        if (repeat !== undefined) return Promise.resolve(repeat);
        keys.set(request.key, { ...request, resourceId: item.id, usedAt: item.createdAt });
      }
      items.set(item.id, item);
      return Promise.resolve({ outcome: 'added', item });
    },

    findRepeat: (request, now) => Promise.resolve(repeatOf(request, now)),
  };
}
