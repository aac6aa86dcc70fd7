import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { AppendableFile, Folder } from './folder';
import { claimFolder } from './folder-claim';

const PIECE_LENGTH = 1024 * 1024;

/** A folder on disk. Files are readable by this user only: metadata may be confidential. */
export function createDiskFolder(path: string): Folder {
  return {
    path,
    async claim() {
      await makeFolder(path);
      return await claimFolder(path);
    },
    list: () => readdir(path),
    create: (name) => createFile(join(path, name)),
    read: (name) => readFile(join(path, name)),
    async bornAt(name) {
      const { birthtimeNs } = await stat(join(path, name), { bigint: true });
      return birthtimeNs > 0n ? String(birthtimeNs) : undefined;
    },
    rename: (from, to) => rename(join(path, from), join(path, to)),
    remove: (name) => rm(join(path, name), { force: true }),
    sync: () => syncFolder(path),
  };
}

/** All that it is in, too; and none of it is lost with the power. */
async function makeFolder(path: string): Promise<void> {
  const topmost = await mkdir(path, { recursive: true, mode: 0o700 });
  if (topmost === undefined) return;
  const above = dirname(resolve(topmost));
  for (let made = resolve(path); made !== above; made = dirname(made)) await syncFolder(dirname(made));
}

async function createFile(path: string): Promise<AppendableFile> {
  const file = await open(path, 'ax', 0o600);
  return {
    // `appendFile` goes on after a write that took only a part.
    append: (content) => file.appendFile(content),
    // Syncs the length, but no time stamps: half the work of a full fsync.
    sync: () => file.datasync(),
    close: () => file.close(),
  };
}

async function* readFile(path: string): AsyncGenerator<Uint8Array, void> {
  const file = await open(path, 'r');
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(PIECE_LENGTH);
      const { bytesRead } = await file.read(piece, 0, PIECE_LENGTH);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Syncs the names of the files, which are stored in the folder. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
