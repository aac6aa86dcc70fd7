import { eventually } from '@rollcall/testing';
import { createMemoryFolder, type MemoryFolder } from '../../../test/doubles/memory-folder';
import { openStore, type OpenedStore } from '../../../test/doubles/opened-store';
import { registering, removing } from '../../../test/samples/sample-change';

const SHORT = { shortJournalsBytes: 5000 };

function bytesIn(folder: MemoryFolder): number {
  return folder.names.reduce((sum, name) => sum + folder.contentOf(name).length, 0);
}

const written = ({ events }: OpenedStore): number =>
  events.filter(({ type }) => type === 'snapshot_written').length;

describe('snapshots', () => {
  it('keep the folder small, whatever has happened in it', async () => {
    const folder = createMemoryFolder();
    const opened = await openStore(folder, SHORT);
    for (let round = 0; round < 200; round += 1) {
      await opened.commit(registering('a'));
      await opened.commit(removing('a'));
    }
    await opened.commit(registering('b'));
    await eventually(() => written(opened) > 3 && bytesIn(folder) < 20_000);
    await opened.store.close();
    const after = await openStore(folder);
    expect(after.listed()).toEqual(['b']);
    expect(after.catalog.service('product').revision).toBe(opened.catalog.service('product').revision);
  });

  it('are taken while changes go on, and lose none of them', async () => {
    const folder = createMemoryFolder();
    const opened = await openStore(folder, SHORT);
    const ids = Array.from({ length: 300 }, (_, index) => `i-${String(index).padStart(3, '0')}`);
    // A few at a time, so that writes and snapshots meet in many ways.
    for (let at = 0; at < ids.length; at += 3)
      await Promise.all(ids.slice(at, at + 3).map((id) => opened.commit(registering(id))));
    expect(written(opened)).toBeGreaterThan(0);
    expect((await openStore(folder.afterKill())).listed()).toEqual(ids);
    await opened.store.close();
    expect((await openStore(folder)).listed()).toEqual(ids);
  });

  it('are counted by their length, and the journals by what is left of them', async () => {
    const folder = createMemoryFolder();
    const opened = await openStore(folder, SHORT);
    const lengthOf = (kind: string) =>
      folder.names
        .filter((name) => name.startsWith(kind))
        .reduce((sum, name) => sum + folder.contentOf(name).length, 0);
    const isAsLong = () => {
      const { journalBytes, snapshotBytes } = opened.store.describe();
      return journalBytes === lengthOf('journal') && snapshotBytes === lengthOf('snapshot');
    };
    expect([isAsLong(), opened.store.describe().snapshotBytes]).toEqual([true, 0]);
    for (let id = 0; written(opened) === 0; id += 1) await opened.commit(registering(`i-${id}`));
    await eventually(() => isAsLong() && opened.store.describe().snapshotBytes > 0);
    const { snapshotDueBytes, snapshotBytes } = opened.store.describe();
    expect(snapshotDueBytes).toBeGreaterThanOrEqual(snapshotBytes);
    await opened.store.close();
    const again = await openStore(folder, SHORT);
    expect(again.store.describe().snapshotBytes).toBe(lengthOf('snapshot'));
    expect(again.store.describe().journalBytes).toBe(lengthOf('journal'));
  });

  it('keep the revision of a service that has no instance any more', async () => {
    const folder = createMemoryFolder();
    const opened = await openStore(folder, { shortJournalsBytes: 1 });
    await opened.commit(registering('a'));
    const { revision } = await opened.commit(removing('a'));
    await eventually(() => written(opened) > 0);
    await opened.store.close();
    const after = await openStore(folder);
    expect(after.catalog.service('product').revision).toBe(revision);
    expect(after.catalog.revision).toBe(revision);
  });

  it.each(['create', 'append', 'sync', 'rename'] as const)(
    'that cannot be written (%s) leave the journal as it is, and are tried again later',
    async (broken) => {
      const folder = createMemoryFolder();
      const opened = await openStore(folder, SHORT);
      let isBroken = true;
      folder.fault = (operation, name) =>
        isBroken && operation === broken && (name.startsWith('snapshot') || name === '')
          ? 'ENOSPC'
          : undefined;
      for (let round = 0; round < 30; round += 1) await opened.commit(registering(`a-${round}`));
      await eventually(() => opened.events.some(({ type }) => type === 'snapshot_failed'));
      expect(written(opened)).toBe(0);
      expect((await openStore(folder.afterKill())).listed()).toEqual(opened.listed());

      isBroken = false;
      for (let round = 0; round < 60; round += 1) await opened.commit(registering(`b-${round}`));
      await eventually(() => written(opened) > 0);
      expect((await openStore(folder.afterKill())).listed()).toEqual(opened.listed());
    },
  );

  it('can be overtaken by a power loss at any moment', async () => {
    const folder = createMemoryFolder();
    const opened = await openStore(folder, { shortJournalsBytes: 2000 });
    const losses: { left: MemoryFolder; told: number }[] = [];
    let seed = 1;
    // The minimal standard generator of Park and Miller: every run is the same.
    const chance = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    folder.fault = () => {
      for (let variant = 0; variant < 4; variant += 1)
        losses.push({ left: folder.afterPowerLoss(chance), told: opened.told.length });
      return undefined;
    };
    const ids = Array.from({ length: 30 }, (_, index) => `i-${String(index).padStart(2, '0')}`);
    for (const id of ids) await opened.commit(registering(id));
    await eventually(() => written(opened) > 1);
    await opened.store.close();

    expect(losses.length).toBeGreaterThan(300);
    for (const { left, told } of losses) {
      const after = await openStore(left);
      expect(after.listed()).toEqual(expect.arrayContaining(ids.slice(0, told)));
      expect(after.events.map(({ type }) => type)).not.toContain('damaged');
    }
  });

  it('are given up when the store is closed', async () => {
    const folder = createMemoryFolder();
    const opened = await openStore(folder, SHORT);
    folder.fault = (operation, name) => {
      if (operation === 'append' && name.startsWith('snapshot')) void opened.store.close();
      return undefined;
    };
    for (let round = 0; round < 12; round += 1)
      await opened.commit(registering(`a-${round}`)).catch(() => undefined);
    await opened.store.close();
    expect(opened.events.map(({ type }) => type)).not.toContain('snapshot_failed');
    expect((await openStore(folder.afterKill())).listed()).toEqual(opened.listed());
  });

  it('that nobody finished are removed at the next start', async () => {
    const folder = createMemoryFolder();
    folder.put('snapshot-00000007.unfinished', Buffer.from('half of'));
    await openStore(folder);
    expect(folder.names).toEqual(['journal-00000008', 'original']);
  });

  it('are taken of the journals of many short lives', async () => {
    let folder = createMemoryFolder();
    for (let life = 0; life < 55; life += 1) {
      const { commit } = await openStore(folder);
      await commit(registering(`i-${life}`));
      folder = folder.afterKill();
    }
    const opened = await openStore(folder);
    await eventually(() => written(opened) === 1);
    expect(folder.names.length).toBeLessThan(10);
    expect(opened.listed()).toHaveLength(55);
    expect((await openStore(folder.afterKill())).listed()).toHaveLength(55);
  });
});
