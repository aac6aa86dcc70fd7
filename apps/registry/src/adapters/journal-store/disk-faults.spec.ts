import { eventually } from '@rollcall/testing';
import {
  createMemoryFolder,
  type FileOperation,
  type MemoryFolder,
} from '../../../test/doubles/memory-folder';
import { openStore } from '../../../test/doubles/opened-store';
import { registering, removing } from '../../../test/samples/sample-change';

function failing(folder: MemoryFolder, code: string, ...operations: FileOperation[]): void {
  folder.fault = (operation) => (operations.includes(operation) ? code : undefined);
}

function mended(folder: MemoryFolder): void {
  folder.fault = () => undefined;
}

const FAULTS = [
  ['is full', 'ENOSPC', ['append', 'create']],
  ['takes a part of a write', 'EIO', ['append']],
  ['does not sync', 'EIO', ['sync']],
  ['is mounted read-only', 'EROFS', ['append', 'create', 'sync']],
] as const;

describe('a disk that fails while the registry runs', () => {
  it.each(FAULTS)(
    'refuses changes while it %s, and takes them afterwards',
    async (_what, code, operations) => {
      const folder = createMemoryFolder();
      const { commit, told, listed, events } = await openStore(folder);
      await commit(registering('a'));

      failing(folder, code, ...operations);
      for (const id of ['b', 'c'])
        await expect(commit(registering(id))).rejects.toMatchObject({
          code: 'STORE_UNAVAILABLE',
          status: 503,
          headers: { 'Retry-After': '1' },
        });
      expect(told).toHaveLength(1);
      expect(listed()).toEqual(['a']);

      mended(folder);
      await commit(registering('d'));
      expect(listed()).toEqual(['a', 'd']);
      // Said once each, however many are refused.
      expect(events.map(({ type }) => type)).toEqual(['begun', 'write_failed', 'write_recovered']);
      // Nothing that was refused comes back once there is a later change.
      expect((await openStore(folder.afterKill())).listed()).toEqual(['a', 'd']);
    },
  );

  it.each(FAULTS)(
    'that %s is noticed to be mended without another change',
    async (_what, code, operations) => {
      const folder = createMemoryFolder();
      const { commit, store, clock, events } = await openStore(folder);
      await commit(registering('a'));
      failing(folder, code, ...operations);
      await expect(commit(registering('b'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      await clock.advance(60_000);
      expect(store.status).toBe('refusing');

      mended(folder);
      await eventually(async () => {
        await clock.advance(100);
        return store.status === 'writable';
      });
      expect(events.map(({ type }) => type)).toEqual(['begun', 'write_failed', 'write_recovered']);
      await commit(registering('c'));
      await store.close();
      const after = await openStore(folder.afterKill());
      expect(after.listed()).toEqual(['a', 'c']);
      expect(after.events).toMatchObject([{ type: 'restored' }]);
    },
  );

  it('fails everybody who was in the write, and nobody else', async () => {
    const folder = createMemoryFolder();
    const { store } = await openStore(folder);
    failing(folder, 'EIO', 'sync');
    const together = ['a', 'b', 'c'].map((id) => store.commit(registering(id)));
    const results = await Promise.allSettled(together);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    mended(folder);
    await expect(store.commit(registering('d'))).resolves.toMatchObject({ kind: 'committed' });
  });

  it('has whoever waited for a change that failed decide again', async () => {
    const folder = createMemoryFolder();
    const { store, told } = await openStore(folder);
    failing(folder, 'EIO', 'sync');
    const first = store.commit(registering('a'));
    const second = store.commit(removing('a'));
    await expect(first).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await second).toEqual({ kind: 'conflict' });
    expect(told).toEqual([]);
  });

  it('never syncs a file again whose sync has failed', async () => {
    const folder = createMemoryFolder();
    const { commit } = await openStore(folder);
    await commit(registering('a'));
    const synced: string[] = [];
    let failures = 1;
    folder.fault = (operation, name) => {
      if (operation !== 'sync') return undefined;
      synced.push(name);
      return failures-- > 0 ? 'EIO' : undefined;
    };
    await expect(commit(registering('b'))).rejects.toBeDefined();
    await commit(registering('c'));
    const [failed, ...later] = synced;
    expect(later.length).toBeGreaterThan(0);
    expect(later).not.toContain(failed);
  });

  it('leaves no heap of files behind, however often it refuses', async () => {
    const folder = createMemoryFolder();
    const { commit } = await openStore(folder);
    failing(folder, 'ENOSPC', 'append');
    for (let attempt = 0; attempt < 100; attempt += 1)
      await expect(commit(registering('a'))).rejects.toBeDefined();
    expect(folder.names.length).toBeLessThan(5);
  });

  it('keeps what was acknowledged when it cannot even be cleaned up', async () => {
    const folder = createMemoryFolder();
    const { commit } = await openStore(folder);
    await commit(registering('a'));
    failing(folder, 'EIO', 'sync', 'remove', 'sync folder');
    for (const id of ['b', 'c', 'd']) await expect(commit(registering(id))).rejects.toBeDefined();
    mended(folder);
    await commit(registering('e'));
    const after = await openStore(folder.afterKill());
    expect(after.listed()).toEqual(['a', 'e']);
    expect(after.events).toMatchObject([{ type: 'restored' }]);
  });

  it('stops writing for good when somebody else writes to its folder', async () => {
    const folder = createMemoryFolder();
    const { commit, listed, store, clock, events } = await openStore(folder);
    await commit(registering('a'));
    // Another registry that could not see this one, as over a network file system.
    const other = await openStore({
      ...folder,
      claim: async () => ({ kind: 'held', release: async () => {} }),
    });
    await other.commit(registering('b'));

    failing(folder, 'EIO', 'sync');
    await expect(commit(registering('c'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    mended(folder);
    for (const id of ['d', 'e'])
      await expect(commit(registering(id))).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        expose: true,
        headers: { 'Retry-After': '1' },
        message: expect.stringContaining('Another registry') as string,
        cause: { code: 'DATA_FOLDER_TAKEN' },
      });
    expect(listed()).toEqual(['a']);
    await clock.advance(60_000);
    expect(store.status).toBe('refusing');
    expect(events.filter(({ type }) => type === 'folder_lost')).toHaveLength(1);
    await other.commit(registering('f'));
    expect((await openStore(folder.afterKill())).listed()).toEqual(['a', 'b', 'f']);
  });
});

describe('a disk that fails before the registry runs', () => {
  it('that is full does not keep it from serving what it knows', async () => {
    const before = createMemoryFolder();
    await (await openStore(before)).commit(registering('a'));
    const folder = before.afterKill();
    failing(folder, 'ENOSPC', 'create', 'append');

    const { listed, commit, store, clock, events } = await openStore(folder);
    expect(listed()).toEqual(['a']);
    expect(events.map(({ type }) => type)).toEqual(['write_failed', 'restored']);
    await expect(commit(registering('b'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

    mended(folder);
    await eventually(async () => {
      await clock.advance(100);
      return store.status === 'writable';
    });
    expect(events.at(-1)).toEqual({ type: 'write_recovered' });
    await commit(registering('b'));
    expect((await openStore(folder.afterKill())).listed()).toEqual(['a', 'b']);
  });

  it.each([
    ['may not be written to', 'EROFS', 'create'],
    ['may not be read', 'EACCES', 'read'],
  ] as const)(
    'that %s keeps it from starting, and says which setting is meant',
    async (_what, code, operation) => {
      const before = createMemoryFolder();
      await (await openStore(before)).commit(registering('a'));
      const folder = before.afterKill();
      failing(folder, code, operation);
      await expect(openStore(folder)).rejects.toMatchObject({
        code: 'DATA_FOLDER_UNUSABLE',
        message: expect.stringMatching(new RegExp(`${code}.*DATA_DIR`)) as string,
      });

      mended(folder);
      expect((await openStore(folder)).listed()).toEqual(['a']);
    },
  );
});
