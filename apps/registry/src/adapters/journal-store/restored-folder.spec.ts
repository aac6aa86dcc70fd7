import { cp, copyFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore, type OpenedStore } from '../../../test/doubles/opened-store';
import { temporaryFolders } from '../../../test/doubles/temporary-folders';
import { registering } from '../../../test/samples/sample-change';
import { createDiskFolder } from './disk-folder';
import type { Folder } from './folder';

const temporary = temporaryFolders();

async function life(path: string, ...ids: readonly string[]): Promise<OpenedStore> {
  const opened = await openStore(createDiskFolder(path));
  for (const id of ids) await opened.commit(registering(id));
  await opened.store.close();
  return opened;
}

/** A folder, and a backup of it, since which more has happened. */
async function backedUp(): Promise<{ path: string; backup: string; before: OpenedStore; last: OpenedStore }> {
  const parent = await temporary();
  const [path, backup] = [join(parent, 'registry'), join(parent, 'backup')];
  const before = await life(path, 'a', 'b');
  await cp(path, backup, { recursive: true, preserveTimestamps: true });
  return { path, backup, before, last: await life(path, 'c') };
}

const filesIn = async (path: string) => (await readdir(path)).filter((name) => !name.startsWith('in-use'));

/** What an operator does to restore a backup. */
const WAYS: readonly (readonly [string, (path: string, backup: string) => Promise<void>])[] = [
  [
    'copied to where the folder was',
    async (path, backup) => {
      await rm(path, { recursive: true });
      await cp(backup, path, { recursive: true, preserveTimestamps: true });
    },
  ],
  [
    'copied without its mark',
    async (path, backup) => {
      await rm(path, { recursive: true });
      await cp(backup, path, { recursive: true });
      await rm(join(path, 'original'));
    },
  ],
  [
    'written over the folder in place, and what is newer removed',
    async (path, backup) => {
      for (const name of await filesIn(backup)) await copyFile(join(backup, name), join(path, name));
      const old = await filesIn(backup);
      for (const name of await filesIn(path)) if (!old.includes(name)) await rm(join(path, name));
    },
  ],
  [
    'brought back by what leaves equal files alone',
    async (path, backup) => {
      const old = await filesIn(backup);
      for (const name of await filesIn(path)) if (!old.includes(name)) await rm(join(path, name));
      await copyFile(join(backup, 'original'), join(path, 'new'));
      await rename(join(path, 'new'), join(path, 'original'));
    },
  ],
];

describe('a data folder that was restored from a backup', () => {
  it.each(WAYS)('has a catalog with a new id (%s)', async (_way, restore) => {
    const { path, backup, before, last } = await backedUp();
    expect(last.stored.catalogId).toBe(before.stored.catalogId);
    await restore(path, backup);

    const restored = await openStore(createDiskFolder(path));
    expect(restored.listed()).toEqual(['a', 'b']);
    const { catalogId, begunAt } = restored.stored;
    expect(catalogId).not.toBe(before.stored.catalogId);
    // So that the registry is warming.
    expect(begunAt).toBe(restored.clock.moment().epochMs);
    const formerId = before.stored.catalogId;
    expect(restored.events).toMatchObject([{ type: 'copied', catalogId, formerId }, { type: 'restored' }]);
    // No epoch is given a second time, however much has happened since the backup.
    const { revision } = await restored.commit(registering('d'));
    expect(revision).toBeGreaterThan(last.catalog.revision + 1_000_000);
    await restored.store.close();

    const again = await life(path);
    expect(again.stored.catalogId).toBe(catalogId);
    expect(again.events).toMatchObject([{ type: 'restored' }]);
    expect(again.listed()).toEqual(['a', 'b', 'd']);
  });

  it('has one too if a start was killed before it had seen to that', async () => {
    const { path, backup, before } = await backedUp();
    await rm(path, { recursive: true });
    await cp(backup, path, { recursive: true });
    const disk = createDiskFolder(path);
    // No journal has the new id yet, so nothing may say that there is nothing to see to.
    const killed: Folder = {
      ...disk,
      create: (name) =>
        name.startsWith('journal')
          ? Promise.reject(Object.assign(new Error('killed'), { code: 'EROFS' }))
          : disk.create(name),
    };
    await expect(openStore(killed)).rejects.toMatchObject({ code: 'DATA_FOLDER_UNUSABLE' });
    expect((await life(path)).stored.catalogId).not.toBe(before.stored.catalogId);
  });
});

describe('a data folder that was not', () => {
  it('keeps its id over any number of starts, and where it is renamed', async () => {
    const { path, before } = await backedUp();
    await rename(path, `${path}-moved`);
    for (const id of ['d', 'e'])
      expect((await life(`${path}-moved`, id)).stored.catalogId).toBe(before.stored.catalogId);
  });

  it('keeps its id where an earlier version has written to it last', async () => {
    const path = await temporary();
    await cp(join(__dirname, '../../../test/samples/format-1'), path, { recursive: true });
    const first = await life(path);
    expect(first.stored.catalogId).toBe('00000000-0000-4000-8000-000000000001');
    expect((await life(path)).stored.catalogId).toBe(first.stored.catalogId);
  });
});
