import { AppError } from '@rollcall/service-kit';
import type { Clock } from '../../ports/clock';
import { dataFolderTaken, dataFolderUnusable } from './data-folder-errors';
import { isForbidden, isTaken } from './file-fault';
import { FORMAT, type CatalogIdentity } from './file-header';
import { contentOf, setAside, snapshotName } from './file-names';
import type { Folder } from './folder';
import type { JournalEvent } from './journal-event';
import { createJournalWriter, type JournalWriter } from './journal-writer';
import { isOriginal, markAsOriginal } from './original-mark';
import { recover, type Recovery } from './recovery';
import { writeSnapshot } from './snapshot-file';
import { removeSuperseded } from './superseded-files';

export interface OpenJournalsOptions {
  readonly folder: Folder;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly recentChanges: number;
  readonly onEvent: (event: JournalEvent) => void;
}

export interface OpenedJournals {
  readonly recovery: Recovery;
  readonly identity: CatalogIdentity;
  /** Whether the folder has its mark. */
  readonly marked: boolean;
  /** The changes of this process come after it. */
  readonly revision: number;
  readonly writer: JournalWriter;
  /** Why writing fails at the moment. */
  readonly fault: unknown;
}

/**
 * Revisions that a new process skips. A disk that lost synced writes could have lost revisions that readers have seen; so
 * no revision is ever used for two different changes.
 */
const REVISIONS_SKIPPED = 1000;
/** The same where any number may be lost: an epoch is a revision, and tells incarnations apart whatever the catalog's id. */
const REVISIONS_SKIPPED_AFTER_LOSS = 1_000_000_000;

/**
 * Reads a folder and begins a journal of this process. Missing permissions keep the registry from starting, because an
 * operator has to mend them. A damaged file or a full disk does not: the known catalog can be served meanwhile.
 *
 * @throws AppError `DATA_FOLDER_UNUSABLE`, `DATA_FOLDER_NEWER`, `DATA_FOLDER_TAKEN`
 */
export async function openJournals(options: OpenJournalsOptions): Promise<OpenedJournals> {
  const { folder, clock, newId, onEvent } = options;
  try {
    const names = await folder.list();
    const content = contentOf(names);
    for (const name of content.unfinished) await folder.remove(name);
    const recovery = await recover(folder, content, options.recentChanges);
    const wasOriginal = await isOriginal(folder, names);
    const isCopy = recovery.isMarked && !wasOriginal;
    const former = recovery.damages.length === 0 && !isCopy ? recovery.identity : undefined;
    // Watchers have seen revisions that are lost now: with a new catalog id they are not compared.
    const identity = former ?? { catalogId: newId(), begunAt: clock.moment().epochMs };
    const nextNumber = content.highest + 1;
    const rebuilt = recovery.damages.length > 0 && (await writeAnew(nextNumber, identity, recovery));
    // A copy is marked after its journal has the new id: a crash in between must not leave the old one.
    const markFault = isCopy ? undefined : await faultOf(markAsOriginal(folder));
    const marked = isCopy || wasOriginal || markFault === undefined;
    const writer = createJournalWriter({
      folder,
      identity,
      marked,
      revision: () => recovery.kept.revision,
      previous: rebuilt ? undefined : recovery.lastJournal,
      nextNumber,
    });
    const fault = markFault ?? (await faultOf(writer.roll()));
    if (isCopy) await faultOf(markAsOriginal(folder));
    await putAside(recovery, rebuilt ? nextNumber : undefined);
    if (recovery.torn > 0) onEvent({ type: 'torn_end_dropped', bytes: recovery.torn });
    if (isCopy && recovery.damages.length === 0 && recovery.identity !== undefined)
      onEvent({ type: 'copied', catalogId: identity.catalogId, formerId: recovery.identity.catalogId });
    const skipped = former === undefined ? REVISIONS_SKIPPED_AFTER_LOSS : REVISIONS_SKIPPED;
    const revision = recovery.kept.revision === 0 ? 0 : recovery.kept.revision + skipped;
    return { recovery, identity, marked, revision, writer, fault };
  } catch (error) {
    if (isTaken(error)) throw dataFolderTaken(folder.path);
    throw error instanceof AppError ? error : dataFolderUnusable(folder.path, error);
  }

  /** Writes all intact content into a snapshot before a damaged file is moved. @returns whether that succeeded */
  async function writeAnew(number: number, identity: CatalogIdentity, { kept }: Recovery): Promise<boolean> {
    const header = { format: FORMAT, ...identity, revision: kept.revision } as const;
    const never = new AbortController().signal;
    try {
      await writeSnapshot(folder, snapshotName(number), { header, services: kept.services() }, never);
      return true;
    } catch (error) {
      if (isForbidden(error)) throw error;
      onEvent({ type: 'snapshot_failed', error });
      return false;
    }
  }

  /** Why writing failed, where that may pass. */
  async function faultOf(write: Promise<unknown>): Promise<unknown> {
    try {
      await write;
      return undefined;
    } catch (error) {
      if (isForbidden(error) || isTaken(error)) throw error;
      return error;
    }
  }

  async function putAside({ damages }: Recovery, rebuiltAs: number | undefined): Promise<void> {
    for (const damage of damages) {
      const asideAs = rebuiltAs === undefined ? undefined : await tryRename(damage.file);
      onEvent({ type: 'damaged', damage, ...(asideAs === undefined ? {} : { asideAs }) });
    }
    if (rebuiltAs !== undefined) await removeSuperseded(folder, rebuiltAs);
  }

  async function tryRename(name: string): Promise<string | undefined> {
    try {
      await folder.rename(name, setAside(name));
      return setAside(name);
    } catch {
      return undefined;
    }
  }
}
