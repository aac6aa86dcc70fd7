import type { BoundUse } from '@rollcall/contracts';
import { firstAfter } from './first-after';

/** What a log keeps: anything with a revision and a size. */
export interface LogEntry {
  readonly revision: number;
  /** Roughly what it takes in memory, bytes. */
  readonly bytes: number;
}

/** The most recent changes in the order of their revisions, from which a reader who was away catches up. */
export interface ChangeLog<E extends LogEntry> {
  /** Revisions rise; older entries make room. */
  append(entry: E): void;
  /** Every entry after that revision, or `lost` when some of them are no longer, or not yet, known here. */
  since(revision: number): readonly E[] | 'lost';
  /** Forgets all of them: the revisions start anew behind that one. */
  beginAnew(revision: number): void;
  readonly entries: BoundUse;
  readonly bytes: BoundUse;
}

export interface ChangeLogOptions {
  /** The catalog's revision when the log begins: earlier ones are lost. */
  readonly revision: number;
  /** Too few: a reader that was away for a moment starts over with snapshots. Too many: memory. */
  readonly maxEntries: number;
  /** Bounds the memory whatever the size of an entry. */
  readonly maxBytes: number;
}

export function createChangeLog<E extends LogEntry>(options: ChangeLogOptions): ChangeLog<E> {
  const { maxEntries, maxBytes } = options;
  let entries: E[] = [];
  let first = 0;
  let bytes = 0;
  let forgotten = options.revision;
  let latest = options.revision;

  return {
    append(entry) {
      entries.push(entry);
      bytes += entry.bytes;
      latest = entry.revision;
      forgetWhatIsTooMuch();
    },
    beginAnew(revision) {
      entries = [];
      first = bytes = 0;
      forgotten = latest = revision;
    },
    get entries() {
      return { used: entries.length - first, limit: maxEntries };
    },
    get bytes() {
      return { used: bytes, limit: maxBytes };
    },
    since(revision) {
      if (revision < forgotten || revision > latest) return 'lost';
      return entries.slice(firstAfter(entries, revision, first));
    },
  };

  function forgetWhatIsTooMuch(): void {
    while (entries.length - first > maxEntries || bytes > maxBytes) {
      const oldest = entries[first];
      if (oldest === undefined) break;
      first += 1;
      bytes -= oldest.bytes;
      forgotten = oldest.revision;
    }
    // Cutting the array by half now and then costs less than shifting it each time.
    if (first > entries.length / 2) {
      entries = entries.slice(first);
      first = 0;
    }
  }
}
