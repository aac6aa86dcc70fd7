import { randomUUID } from 'node:crypto';
import { createFakeClock } from '@rollcall/testing';
import { describeCatalogStore } from '../../../test/catalog-store-contract';
import { createMemoryFolder } from '../../../test/doubles/memory-folder';
import { openStore } from '../../../test/doubles/opened-store';
import { temporaryFolders } from '../../../test/doubles/temporary-folders';
import { registering, removing, sampleChange, sampleRecord } from '../../../test/samples/sample-change';
import { createDiskFolder } from './disk-folder';
import type { Folder } from './folder';
import { createJournalStore } from './journal-store';

const temporary = temporaryFolders();

const storeIn = (folder: Folder) =>
  createJournalStore({ folder, clock: createFakeClock(), newId: randomUUID, onEvent: () => undefined });

describeCatalogStore('a journal store on disk', async () => storeIn(createDiskFolder(await temporary())));
describeCatalogStore('a journal store in memory', () => storeIn(createMemoryFolder()));

describe('a journal store', () => {
  it('begins a catalog in an empty folder, and says when', async () => {
    const { stored, events } = await openStore(createMemoryFolder());
    expect(stored).toMatchObject({ begunAt: 1_700_000_000_000, revision: 0, services: [], recent: [] });
    expect(events).toEqual([{ type: 'begun', catalogId: stored.catalogId }]);
  });

  it('finds everything again, as it was', async () => {
    const folder = createMemoryFolder();
    const before = await openStore(folder);
    const a = await before.commit(registering('a'));
    await before.commit(registering('b'));
    await before.commit(
      sampleChange({
        put: [
          {
            ...sampleRecord('a', { epoch: a.revision }),
            standing: {
              condition: { status: 'suspect', cause: 'probes_failed', before: 'up' },
              override: {
                status: 'out_of_service',
                reason: 'a line\nbreak, "quotes" and \ud800 half a pair',
              },
            },
          },
        ],
      }),
    );
    await before.commit(removing('b'));
    await before.store.close();

    const after = await openStore(folder);
    expect(after.catalog.services()).toEqual(before.catalog.services());
    expect(after.catalog.revision).toBe(before.catalog.revision);
    expect(after.stored.catalogId).toBe(before.stored.catalogId);
    expect(after.stored.begunAt).toBe(before.stored.begunAt);
    expect(after.stored.recent).toEqual(before.told);
  });

  it('goes on with higher revisions than any that was ever seen', async () => {
    const folder = createMemoryFolder();
    const seen: number[] = [];
    for (const id of ['a', 'b', 'c']) {
      const { commit, store } = await openStore(folder);
      seen.push((await commit(registering(id))).revision);
      await store.close();
    }
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(new Set(seen).size).toBe(3);
  });

  it('tells nobody of a change before it is synced', async () => {
    const folder = createMemoryFolder();
    const { store, told } = await openStore(folder);
    let toldWhileSyncing: number | undefined;
    folder.fault = (operation) => {
      if (operation === 'sync') toldWhileSyncing = told.length;
      return undefined;
    };
    await store.commit(registering('a'));
    expect(toldWhileSyncing).toBe(0);
    expect(told).toHaveLength(1);
  });

  it('makes all changes of a turn final with one fsync', async () => {
    const folder = createMemoryFolder();
    const { commit, told } = await openStore(folder);
    const before = folder.counts.sync;
    await Promise.all(Array.from({ length: 500 }, (_, index) => commit(registering(`i-${index}`))));
    expect(told).toHaveLength(500);
    expect(folder.counts.sync - before).toBe(1);
  });

  it('makes final with the next fsync what came during one', async () => {
    const folder = createMemoryFolder();
    const { commit } = await openStore(folder);
    const before = folder.counts.sync;
    const later: Promise<unknown>[] = [];
    folder.fault = (operation) => {
      if (operation === 'sync' && later.length === 0)
        later.push(...['b', 'c', 'd'].map((id) => commit(registering(id))));
      return undefined;
    };
    await commit(registering('a'));
    await Promise.all(later);
    expect(later).toHaveLength(3);
    expect(folder.counts.sync - before).toBe(2);
  });

  it('takes nothing before it is followed, and nothing after it is closed', async () => {
    const unfollowed = storeIn(createMemoryFolder());
    await unfollowed.open();
    await expect(unfollowed.commit(registering('a'))).rejects.toThrow('without a follower');
    const { store } = await openStore(createMemoryFolder());
    await store.close();
    await expect(store.commit(registering('a'))).rejects.toThrow('without a follower');
  });

  it('writes what is under way before it closes', async () => {
    const folder = createMemoryFolder();
    const { store, commit } = await openStore(folder);
    const answer = commit(registering('a'));
    await store.close();
    await expect(answer).resolves.toBeDefined();
    expect((await openStore(folder)).listed()).toEqual(['a']);
  });

  it('refuses what would have to wait too long', async () => {
    const folder = createMemoryFolder();
    const { store } = await openStore(folder);
    const commits = Array.from({ length: 20_001 }, (_, index) => store.commit(removing(`i-${index}`)));
    await expect(commits.at(-1)).rejects.toMatchObject({ code: 'STORE_OVERLOADED', status: 503 });
    const results = await Promise.allSettled(commits);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(20_000);
  });

  it('keeps a folder to itself', async () => {
    const folder = createMemoryFolder();
    const { store } = await openStore(folder);
    await expect(openStore(folder)).rejects.toMatchObject({
      code: 'DATA_FOLDER_TAKEN',
      message: expect.stringContaining('DATA_DIR') as string,
    });
    await store.close();
    await expect(openStore(folder)).resolves.toBeDefined();
  });
});
