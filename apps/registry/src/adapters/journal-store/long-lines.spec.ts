import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createMemoryFolder } from '../../../test/doubles/memory-folder';
import { openStore, type OpenedStore } from '../../../test/doubles/opened-store';
import { temporaryFolders } from '../../../test/doubles/temporary-folders';
import { registering, sampleChange, sampleRecord } from '../../../test/samples/sample-change';
import { sampleRegistration } from '../../../test/samples/sample-registration';
import type { ProposedChange } from '../../catalog/changes/change';
import { LONGEST_CHANGE_LINE } from './change-line';
import { checkedLine } from './checked-line';
import { createDiskFolder } from './disk-folder';
import { FORMAT } from './file-header';
import { LONGEST_LINE } from './file-lines';
import { writeSnapshot } from './snapshot-file';

const temporary = temporaryFolders();

/** A change whose line has about so many bytes, all of them of one field. */
function changeOf(bytes: number, instanceId = 'a'): ProposedChange {
  const registration = sampleRegistration({
    url: `http://${instanceId}`,
    metadata: { text: 'x'.repeat(bytes) },
  });
  return sampleChange({ put: [sampleRecord(instanceId, { registration })] });
}

const types = ({ events }: OpenedStore): readonly string[] => events.map(({ type }) => type);

describe('a change that is long', () => {
  it('is found again however long it is, or refused before anything of it is written', async () => {
    const path = await temporary();
    const before = await openStore(createDiskFolder(path));
    await before.commit(registering('before'));
    const { journalBytes } = before.store.describe();

    await expect(before.store.commit(changeOf(LONGEST_CHANGE_LINE))).rejects.toMatchObject({
      code: 'CHANGE_TOO_LARGE',
      expose: true,
      message: expect.stringContaining('Nothing was changed') as string,
    });
    expect(before.store.describe().journalBytes).toBe(journalBytes);
    expect(before.store.status).toBe('writable');

    // The next one has the revision that the refused one would have had.
    const longest = await before.commit(changeOf(LONGEST_CHANGE_LINE - 1000, 'longest'));
    expect(longest.revision).toBe(2);
    await before.commit(registering('later'));
    await before.store.close();

    const after = await openStore(createDiskFolder(path));
    expect(types(after)).toEqual(['restored']);
    expect(after.listed()).toEqual(['before', 'later', 'longest']);
    expect(after.stored.catalogId).toBe(before.stored.catalogId);
    await after.store.close();
  });

  it('is found again with as many of the longest instances as a change may have', async () => {
    const path = await temporary();
    const before = await openStore(createDiskFolder(path));
    const most = before.store.maxRecordsPerChange;
    const ids = Array.from({ length: most }, (_, index) => `i-${String(index).padStart(4, '0')}`);
    // A body of 64 KiB, and as much again that the registry adds to it.
    const put = ids.flatMap((id) => changeOf(128 * 1024, id).put);
    await before.commit(sampleChange({ put }));
    await before.store.close();
    const after = await openStore(createDiskFolder(path));
    expect(after.listed()).toEqual(ids);
    expect(after.stored.catalogId).toBe(before.stored.catalogId);
    await after.store.close();
  });

  it('is read from a journal of an earlier version, which wrote changes of any length', async () => {
    const path = await temporary();
    const before = await openStore(createDiskFolder(path));
    await before.commit(registering('a'));
    await before.store.close();
    const [journal = ''] = (await readdir(path)).filter((name) => name.startsWith('journal'));
    const [record] = changeOf(2 * LONGEST_CHANGE_LINE, 'long').put;
    const put = [{ ...record, epoch: 2, revision: 2 }];
    await appendFile(join(path, journal), checkedLine({ ...sampleChange(), put, revision: 2 }));

    const after = await openStore(createDiskFolder(path));
    expect(types(after)).toEqual(['restored']);
    expect(after.listed()).toEqual(['a', 'long']);
    await after.store.close();
  });
});

describe('a snapshot of a service whose line could not be read again', () => {
  it('is not written, and says whose overrides are too many', async () => {
    const folder = createMemoryFolder();
    const override = { status: 'out_of_service', reason: 'x'.repeat(LONGEST_LINE) } as const;
    const overrides = [{ override, instanceIds: ['a'], urls: ['http://a'], by: 'ada', at: 0 }];
    const services = [{ serviceName: 'product', revision: 1, records: [], claims: [], overrides }];
    const header = { format: FORMAT, catalogId: 'c', begunAt: 0, revision: 1 };
    await expect(
      writeSnapshot(folder, 'snapshot-00000001', { header, services }, new AbortController().signal),
    ).rejects.toThrow(/service product .* Remove overrides/);
    expect(folder.names).toEqual([]);
  });
});
