import { AppError } from '@rollcall/service-kit';
import type { Clock } from '../../ports/clock';
import { dataFolderTaken, dataFolderUnusable } from './data-folder-errors';
import { isForbidden, isTaken } from './file-fault';
import { FORMAT, type CatalogIdentity } from './file-header';
import { contentOf, setAside, snapshotName } from './file-names';
import type { Folder } from './folder';
import type { JournalEvent } from './journal-event';
import { createJournalWriter, type JournalWriter } from './journal-writer';
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
  readonly writer: JournalWriter;
  /** Why writing fails at the moment. */
  readonly fault: unknown;
}

/**
 * Reads a folder and begins a journal of this process. Missing permissions keep the registry from starting, because an
 * operator has to mend them. A damaged file or a full disk does not: the known catalog can be served meanwhile.
 *
 * @throws AppError `DATA_FOLDER_UNUSABLE`, `DATA_FOLDER_NEWER`, `DATA_FOLDER_TAKEN`
 */
export async function openJournals(options: OpenJournalsOptions): Promise<OpenedJournals> {
  const { folder, clock, newId, onEvent } = options;
  try {
    const content = contentOf(await folder.list());
    for (const name of content.unfinished) await folder.remove(name);
    const recovery = await recover(folder, content, options.recentChanges);
    const isGoingOn = recovery.identity !== undefined && recovery.damages.length === 0;
    // Watchers have seen revisions that are lost now: with a new catalog id they are not compared.
    const identity =
      isGoingOn && recovery.identity !== undefined
        ? recovery.identity
        : { catalogId: newId(), begunAt: clock.moment().epochMs };
    const nextNumber = content.highest + 1;
    const rebuilt = recovery.damages.length > 0 && (await writeAnew(nextNumber, identity, recovery));
    const writer = createJournalWriter({
      folder,
      identity,
      revision: () => recovery.kept.revision,
      previous: rebuilt ? undefined : recovery.lastJournal,
      nextNumber,
    });
    const fault = await begin(writer);
    await putAside(recovery, rebuilt ? nextNumber : undefined);
    if (recovery.torn > 0) onEvent({ type: 'torn_end_dropped', bytes: recovery.torn });
    return { recovery, identity, writer, fault };
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

  async function begin(writer: JournalWriter): Promise<unknown> {
    try {
      await writer.roll();
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
