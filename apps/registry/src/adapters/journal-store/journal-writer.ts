import { checkedLine } from './checked-line';
import { FORMAT, type CatalogIdentity, type JournalEnd } from './file-header';
import { journalName } from './file-names';
import type { AppendableFile, Folder } from './folder';

/** Appends to the journal of this process, or to a new one after a write of unknown outcome. */
export interface JournalWriter {
  /**
   * Resolves once a crash cannot undo the lines. One call at a time.
   *
   * @throws when that is unknown. The journal then ends before them: the next call begins a new one, which says so.
   */
  append(lines: Buffer): Promise<void>;
  /**
   * Begins a new journal at the catalog's revision. Resolves with its number: earlier journals hold all that was appended.
   *
   * @throws when that failed. The previous journal is not continued, because the remains of the attempt may end it after a
   * crash; the next call begins another.
   */
  roll(): Promise<number>;
  /** Bytes appended by this process, headers included. */
  readonly written: number;
  close(): Promise<void>;
}

export interface JournalWriterOptions {
  readonly folder: Folder;
  readonly identity: CatalogIdentity;
  /** Whether the folder has its mark. */
  readonly marked: boolean;
  /** The catalog's revision now. */
  readonly revision: () => number;
  /** Where the journal that this one goes on from ends. */
  readonly previous: JournalEnd | undefined;
  /** The next unused file number. */
  readonly nextNumber: number;
}

interface OpenJournal {
  readonly number: number;
  readonly file: AppendableFile;
  /** All of them synced. */
  bytes: number;
}

export function createJournalWriter(options: JournalWriterOptions): JournalWriter {
  const { folder, identity, marked, revision } = options;
  let { previous, nextNumber } = options;
  let journal: OpenJournal | undefined;
  let written = 0;

  return {
    get written() {
      return written;
    },
    async append(lines) {
      const current = journal ?? (journal = await begin());
      try {
        await current.file.append(lines);
        await current.file.sync();
      } catch (error) {
        await leave();
        throw error;
      }
      current.bytes += lines.length;
      written += lines.length;
    },
    async roll() {
      await leave();
      journal = await begin();
      return journal.number;
    },
    close: leave,
  };

  async function begin(): Promise<OpenJournal> {
    const number = nextNumber;
    nextNumber += 1;
    const name = journalName(number);
    const header = checkedLine({
      format: FORMAT,
      ...identity,
      revision: revision(),
      ...(marked && { marked }),
      ...(previous === undefined ? {} : { previous }),
    });
    const file = await folder.create(name);
    try {
      const content = Buffer.from(header);
      await file.append(content);
      await file.sync();
      await folder.sync();
      written += content.length;
      return { number, file, bytes: content.length };
    } catch (error) {
      await file.close().catch(() => undefined);
      // Its remains are skipped when reading: they hold no change, and the next journal does not name them.
      await folder.remove(name).catch(() => undefined);
      throw error;
    }
  }

  async function leave(): Promise<void> {
    if (journal === undefined) return;
    const { number, bytes, file } = journal;
    previous = { number, bytes };
    journal = undefined;
    // Its valid part is synced.
    await file.close().catch(() => undefined);
  }
}
