import type { Claim, Folder } from '../../src/adapters/journal-store/folder';

export type FileOperation = 'create' | 'append' | 'sync' | 'rename' | 'remove' | 'sync folder' | 'read';

/** A file and what of it a power loss would leave. */
interface File {
  content: Buffer;
  syncedBytes: number;
}

/** A folder in memory that knows what is on disk for good and what a crash may take back. */
export interface MemoryFolder extends Folder {
  /** What a reader finds now. */
  contentOf(name: string): Buffer;
  put(name: string, content: Buffer): void;
  readonly names: readonly string[];
  /** How often each operation was asked for. */
  readonly counts: Readonly<Record<FileOperation, number>>;
  /** Asked before each operation; a code such as `ENOSPC` makes it fail with that. An append fails half way. */
  fault: (operation: FileOperation, name: string) => string | undefined;
  /** What the next process finds when this one is killed: all that was written. */
  afterKill(): MemoryFolder;
  /**
   * What the next process finds when the power fails: what was synced, and some of the rest.
   *
   * @param chance a number from 0 to 1 each time
   */
  afterPowerLoss(chance: () => number): MemoryFolder;
}

export function createMemoryFolder(found: ReadonlyMap<string, Buffer> = new Map()): MemoryFolder {
  const files = new Map<string, File>();
  for (const [name, content] of found) files.set(name, { content, syncedBytes: content.length });
  let syncedNames = new Map(files);
  /** What was done to names since they were synced; a power loss keeps any of it, in no order but its own. */
  let unsynced: ((names: Map<string, File>) => void)[] = [];
  let isClaimed = false;
  const counts = { create: 0, append: 0, sync: 0, rename: 0, remove: 0, 'sync folder': 0, read: 0 };

  const folder: MemoryFolder = {
    path: 'memory',
    fault: () => undefined,
    counts,
    get names() {
      return [...files.keys()].sort();
    },
    contentOf: (name) => fileCalled(name).content,
    put: (name, content) => void files.set(name, { content, syncedBytes: content.length }),
    async claim(): Promise<Claim> {
      if (isClaimed) return { kind: 'taken', pid: 1 };
      isClaimed = true;
      return { kind: 'held', release: async () => void (isClaimed = false) };
    },
    list: async () => [...files.keys()],
    async create(name) {
      await attempt('create', name);
      if (files.has(name)) throw systemError('EEXIST', name);
      const file: File = { content: Buffer.alloc(0), syncedBytes: 0 };
      changeNames((names) => names.set(name, file));
      return {
        async append(content) {
          await attempt('append', name, () => {
            file.content = Buffer.concat([file.content, content.subarray(0, content.length / 2)]);
          });
          file.content = Buffer.concat([file.content, content]);
        },
        async sync() {
          await attempt('sync', name);
          file.syncedBytes = file.content.length;
        },
        close: async () => undefined,
      };
    },
    async *read(name) {
      const { content } = fileCalled(name);
      // In pieces, none of which ends where a line does.
      for (let at = 0; at < content.length; at += 211) {
        counts.read += 1;
        failIfAsked('read', name);
        yield content.subarray(at, at + 211);
      }
    },
    // As on a file system that does not know.
    bornAt: async () => undefined,
    async rename(from, to) {
      await attempt('rename', from);
      const file = fileCalled(from);
      changeNames((names) => {
        names.set(to, file);
        names.delete(from);
      });
    },
    async remove(name) {
      await attempt('remove', name);
      changeNames((names) => names.delete(name));
    },
    async sync() {
      await attempt('sync folder', '');
      syncedNames = new Map(files);
      unsynced = [];
    },
    afterKill: () => createMemoryFolder(new Map(Array.from(files, ([name, { content }]) => [name, content]))),
    afterPowerLoss(chance) {
      const names = new Map(syncedNames);
      for (const change of unsynced) if (chance() < 0.5) change(names);
      return createMemoryFolder(
        new Map(
          Array.from(names, ([name, { content, syncedBytes }]) => {
            const left = Math.round((content.length - syncedBytes) * chance());
            return [name, content.subarray(0, syncedBytes + left)];
          }),
        ),
      );
    },
  };
  return folder;

  function changeNames(change: (names: Map<string, File>) => void): void {
    change(files);
    unsynced.push(change);
  }

  function fileCalled(name: string): File {
    const file = files.get(name);
    if (file === undefined) throw systemError('ENOENT', name);
    return file;
  }

  async function attempt(operation: FileOperation, name: string, onFault?: () => void): Promise<void> {
    counts[operation] += 1;
    // A disk answers in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
    failIfAsked(operation, name, onFault);
  }

  function failIfAsked(operation: FileOperation, name: string, onFault?: () => void): void {
    const code = folder.fault(operation, name);
    if (code === undefined) return;
    onFault?.();
    throw systemError(code, name);
  }
}

export function systemError(code: string, name: string): Error {
  return Object.assign(new Error(`${code}: ${name}`), { code });
}
