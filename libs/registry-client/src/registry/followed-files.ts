import { statSync } from 'node:fs';

/** The files are read at most so often. Lower reads the disk for nothing; higher keeps old files in force longer. */
const READ_EVERY_MS = 1000;
/** Files are used once none has been written to for so long: half of a bundle is a good file that trusts fewer. */
const SETTLE_MS = 200;

export interface FollowedFiles<T> {
  readonly files: readonly string[];
  /** What was read before. */
  readonly first: T;
  readonly read: () => { readonly value: T } | { readonly fault: string };
  readonly isSame: (one: T, other: T) => boolean;
  readonly onLoaded: () => void;
  /** Called once a fault; what was read before stays in force. */
  readonly onRefused: (fault: string) => void;
}

/**
 * Follows files while they are renewed: they are read anew when a connection is about to be opened. No timer and no
 * signal, so that it works alike in both threads, and there is nothing to stop.
 *
 * @returns what is in force, to be asked for before each connection
 */
export function followFiles<T>({
  files,
  first,
  read,
  isSame,
  onLoaded,
  onRefused,
}: FollowedFiles<T>): () => T {
  let current = first;
  let readAt = -Infinity;
  let refusedFor: string | undefined;

  function readAnew(): void {
    const reading = read();
    if ('fault' in reading) {
      if (reading.fault === refusedFor) return;
      refusedFor = reading.fault;
      return onRefused(reading.fault);
    }
    if (isSame(reading.value, current) && refusedFor === undefined) return;
    current = reading.value;
    refusedFor = undefined;
    onLoaded();
  }

  return () => {
    const now = performance.now();
    if (now - readAt >= READ_EVERY_MS && !files.some(isBeingWritten)) {
      readAt = now;
      readAnew();
    }
    return current;
  };
}

function isBeingWritten(file: string): boolean {
  try {
    const ageMs = Date.now() - statSync(file).mtimeMs;
    return ageMs >= 0 && ageMs < SETTLE_MS;
  } catch {
    return false;
  }
}
