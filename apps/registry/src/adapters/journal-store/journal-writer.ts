import { checkedLine } from './checked-line';
import { FORMAT, type CatalogIdentity, type JournalEnd } from './file-header';
import { journalName } from './file-names';
import type { AppendableFile, Folder } from './folder';

/** Appends to the journal of this process's life, or to a new one where that is not to be trusted any more. */
export interface JournalWriter {
  /**
   * Resolves once no crash can take the text back. One call at a time.
   *
   * @throws when that is not known. The journal ends before it then: the next call begins a new one, which says so.
   */
  append(text: string): Promise<void>;
  /**
   * Begins a new journal at the catalog's revision. Answers its number: all that was appended is in those before it.
   *
   * @throws when that failed. The one before does not go on, because what is left of the attempt may say, after a
   * crash, that it ends here; the next call begins another.
   */
  roll(): Promise<number>;
  /** Bytes appended in this process's life, headers included. */
  readonly written: number;
  close(): Promise<void>;
}

export interface JournalWriterOptions {
  readonly folder: Folder;
  readonly identity: CatalogIdentity;
  /** The catalog's revision now. */
  readonly revision: () => number;
  /** Where the journal that this one goes on from ends. */
  readonly previous: JournalEnd | undefined;
  /** A number that has not been used yet, and none above it. */
  readonly nextNumber: number;
}

interface OpenJournal {
  readonly number: number;
  readonly file: AppendableFile;
  /** All of them synced. */
  bytes: number;
}

export function createJournalWriter(options: JournalWriterOptions): JournalWriter {
  const { folder, identity, revision } = options;
  let { previous, nextNumber } = options;
  let journal: OpenJournal | undefined;
  let written = 0;

  return {
    get written() {
      return written;
    },
    async append(text) {
      const current = journal ?? (journal = await begin());
      const content = Buffer.from(text);
      try {
        await current.file.append(content);
        await current.file.sync();
      } catch (error) {
        await leave();
        throw error;
      }
      current.bytes += content.length;
      written += content.length;
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
      // What stays of it is passed over: it holds no change, and the next journal does not name it.
      await folder.remove(name).catch(() => undefined);
      throw error;
    }
  }

  async function leave(): Promise<void> {
    if (journal === undefined) return;
    const { number, bytes, file } = journal;
    previous = { number, bytes };
    journal = undefined;
    // Everything that counts in it is synced.
    await file.close().catch(() => undefined);
  }
}
