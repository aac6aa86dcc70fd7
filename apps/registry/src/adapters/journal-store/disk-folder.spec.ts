import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createMemoryFolder } from '../../../test/doubles/memory-folder';
import { temporaryFolders } from '../../../test/doubles/temporary-folders';
import { describeFolder } from '../../../test/folder-contract';
import { createDiskFolder } from './disk-folder';

const temporary = temporaryFolders();

describeFolder('a folder on disk', async () => createDiskFolder(join(await temporary(), 'data')));
describeFolder('the double in memory', async () => createMemoryFolder());

describe('a folder on disk', () => {
  it('is made with all that it is in, and read by nobody else', async () => {
    const path = join(await temporary(), 'a', 'b');
    const folder = createDiskFolder(path);
    const claim = await folder.claim();
    const file = await folder.create('journal');
    await file.close();
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect((await stat(join(path, 'journal'))).mode & 0o777).toBe(0o600);
    if (claim.kind !== 'taken') await claim.release();
  });
});
