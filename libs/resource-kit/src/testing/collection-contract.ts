import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Collection } from '../collection/collection';
import { KEY_LIFETIME_MS } from '../idempotency/idempotent-request';
import { byNewest, type Position } from '../paging/page';

/** One sentence of the contract, and how it is checked on an empty collection. */
export interface ContractCase<T extends Position> {
  readonly name: string;
  check(collection: Collection<T>): Promise<void>;
}

const NOW = 1_700_000_000_000;

/**
 * What every collection does, whatever keeps it. Run each case against every adapter, each time an empty one:
 * `test.each(collectionContract(make))('$name', ({ check }) => check(open()))`.
 *
 * @param make an item of the kind that is kept, with this id and time
 */
export function collectionContract<T extends Position>(
  make: (position: Position) => T,
): readonly ContractCase<T>[] {
  const newItem = (createdAt = NOW): T => make({ id: randomUUID(), createdAt });
  const added = async (collection: Collection<T>, times: readonly number[]): Promise<T[]> => {
    const items = times.map((time) => newItem(time));
    for (const item of items) await collection.add(item);
    return items;
  };
  const request = { key: 'key', fingerprint: 'fingerprint' };

  return [
    {
      name: 'finds what was added, as it was added',
      async check(collection) {
        const item = newItem();

        assert.deepEqual(await collection.add(item), { outcome: 'added', item });

        assert.deepEqual(await collection.find(item.id), item);
      },
    },
    {
      name: 'finds nothing under an id that was never added',
      async check(collection) {
        await added(collection, [NOW]);

        assert.equal(await collection.find(randomUUID()), undefined);
        // What callers may put into a path: not every database takes NUL in its text.
        for (const id of ['', 'not-a-uuid', "' or 1=1 --", 'a\0b'])
          assert.equal(await collection.find(id), undefined);
      },
    },
    {
      name: 'lists nothing while nothing was added',
      async check(collection) {
        assert.deepEqual(await collection.list({ limit: 10 }), { items: [] });
      },
    },
    {
      name: 'lists the newest first, and each item once on the way through the pages',
      async check(collection) {
        // Two of one moment on both sides of a page's end: the id has to decide there.
        const items = await added(collection, [NOW, NOW + 2, NOW + 1, NOW + 1, NOW + 1, NOW - 5, NOW - 5]);

        const seen: T[] = [];
        let page = await collection.list({ limit: 3 });
        seen.push(...page.items);
        while (page.next !== undefined) {
          page = await collection.list({ limit: 3, after: page.next });
          seen.push(...page.items);
        }

        assert.deepEqual(seen, [...items].sort(byNewest));
      },
    },
    {
      name: 'does not repeat or leave out an item when newer ones arrive between two pages',
      async check(collection) {
        const items = await added(collection, [NOW, NOW + 1, NOW + 2]);
        const first = await collection.list({ limit: 2 });
        await added(collection, [NOW + 3, NOW + 4]);

        const second = await collection.list({ limit: 2, ...(first.next && { after: first.next }) });

        assert.deepEqual([...first.items, ...second.items], items.reverse());
      },
    },
    {
      name: 'does the same request once, and answers it with the same item again',
      async check(collection) {
        const item = newItem();
        await collection.add(item, request);

        const repeated = await collection.add(newItem(NOW + 1000), request);

        assert.deepEqual(repeated, { outcome: 'repeated', item });
        assert.deepEqual((await collection.list({ limit: 10 })).items, [item]);
      },
    },
    {
      name: 'refuses a key that was used for another request',
      async check(collection) {
        const item = newItem();
        await collection.add(item, request);

        const reused = await collection.add(newItem(), { ...request, fingerprint: 'another' });

        assert.deepEqual(reused, { outcome: 'key-reused' });
        assert.deepEqual((await collection.list({ limit: 10 })).items, [item]);
      },
    },
    {
      name: 'takes a key again 24 h after its use, and not a moment before',
      async check(collection) {
        await collection.add(newItem(), request);

        const before = await collection.add(newItem(NOW + KEY_LIFETIME_MS - 1), request);
        const after = await collection.add(newItem(NOW + KEY_LIFETIME_MS), request);

        assert.deepEqual([before.outcome, after.outcome], ['repeated', 'added']);
      },
    },
    {
      name: 'tells of an earlier request without adding anything, for as long as its key counts',
      async check(collection) {
        assert.equal(await collection.findRepeat(request, NOW), undefined);
        const item = newItem();
        await collection.add(item, request);

        const same = await collection.findRepeat(request, NOW + KEY_LIFETIME_MS - 1);
        const other = await collection.findRepeat({ ...request, fingerprint: 'another' }, NOW);
        const late = await collection.findRepeat(request, NOW + KEY_LIFETIME_MS);

        assert.deepEqual(
          [same, other, late],
          [{ outcome: 'repeated', item }, { outcome: 'key-reused' }, undefined],
        );
        assert.deepEqual((await collection.list({ limit: 10 })).items, [item]);
      },
    },
    {
      name: 'carries out one of many duplicates that arrive together',
      async check(collection) {
        const results = await Promise.all(
          Array.from({ length: 20 }, () => collection.add(newItem(), request)),
        );

        const { items } = await collection.list({ limit: 100 });
        assert.equal(items.length, 1);
        assert.equal(results.filter(({ outcome }) => outcome === 'added').length, 1);
        for (const result of results)
          assert.deepEqual(result.outcome === 'key-reused' ? undefined : result.item, items[0]);
      },
    },
  ];
}
