import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../ports/clock';
import { hasShape, isNumber, isText, valueOf } from './stored-value';

export interface SeenRevision {
  readonly catalogId: string;
  readonly revision: number;
}

/**
 * The highest revision that this host has seen, in a file: by it a registry that starts knows that a backup was restored
 * while it was away. Nothing in etcd says so. Faults are told, once each time
 * that it begins to fail, and do no other harm.
 */
export interface SeenFile {
  read(): Promise<SeenRevision | undefined>;
  /** Written every two seconds at most. */
  note(seen: SeenRevision): void;
  /** Written now. */
  close(): Promise<void>;
}

export interface SeenFileOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

const WRITE_EVERY_MS = 2000;

const isSeen = hasShape({ catalogId: isText, revision: isNumber });

export function createSeenFile({ path, clock, onFault }: SeenFileOptions): SeenFile {
  let latest: SeenRevision | undefined;
  let writtenAt = -Infinity;
  let writing: Promise<void> = Promise.resolve();
  let isFailing = false;

  function write(): void {
    writing = writing.then(writeLatest).then(
      () => {
        isFailing = false;
      },
      (error: unknown) => {
        if (!isFailing) onFault(error);
        isFailing = true;
      },
    );
  }

  async function writeLatest(): Promise<void> {
    if (latest === undefined) return;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // A crash leaves one of them whole.
    await writeFile(`${path}.new`, JSON.stringify(latest), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  return {
    async read() {
      try {
        const value = valueOf(await readFile(path));
        return isSeen(value) ? (value as SeenRevision) : undefined;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) onFault(error);
        return undefined;
      }
    },
    note(seen) {
      latest = seen;
      const { now } = clock.moment();
      if (now < writtenAt + WRITE_EVERY_MS) return;
      writtenAt = now;
      write();
    },
    close() {
      write();
      return writing;
    },
  };
}
