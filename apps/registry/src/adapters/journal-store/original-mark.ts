import { checkedLine, valueOfLine } from './checked-line';
import { isUnreadable } from './file-fault';
import { unfinished } from './file-names';
import type { Folder } from './folder';

/**
 * The file that tells the folder that a registry has written to from a copy of it: it says when it was itself created, and
 * a copy of it was created at another time. Each start puts a new one in its place, so that an old one which is copied
 * over it, in whatever way, does not fit either. Where the file system does not know when a file was created, only
 * its absence tells.
 */
const MARK = 'original';

/** @param names of the files in the folder */
export async function isOriginal(folder: Folder, names: readonly string[]): Promise<boolean> {
  if (!names.includes(MARK)) return false;
  const mark = await readMark(folder);
  if (mark === undefined) return false;
  return mark.born === undefined || mark.born === (await folder.bornAt(MARK));
}

/** Marks the folder as the one that this registry writes to. The mark before is there until this one is on disk. */
export async function markAsOriginal(folder: Folder): Promise<void> {
  const temporary = unfinished(MARK);
  await folder.remove(temporary);
  const file = await folder.create(temporary);
  try {
    await file.append(Buffer.from(checkedLine({ born: await folder.bornAt(temporary) })));
    await file.sync();
  } finally {
    await file.close();
  }
  await folder.rename(temporary, MARK);
  await folder.sync();
}

/** `undefined` if it is not as it was written. */
async function readMark(folder: Folder): Promise<{ readonly born: unknown } | undefined> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of folder.read(MARK)) pieces.push(piece);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
  }
  const mark = valueOfLine(Buffer.concat(pieces).subarray(0, -1));
  return typeof mark === 'object' && mark !== null
    ? { born: 'born' in mark ? mark.born : undefined }
    : undefined;
}
