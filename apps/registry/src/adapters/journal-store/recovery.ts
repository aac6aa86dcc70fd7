import type { CommittedChange } from '../../catalog/changes/change';
import type { StoredService } from '../../catalog/stored-catalog';
import { createDamageReport, type Damage } from './damage';
import type { CatalogIdentity, FileHeader, JournalEnd } from './file-header';
import { journalName, snapshotName, type FolderContent } from './file-names';
import type { Folder } from './folder';
import { journalChain } from './journal-chain';
import { createKeptCatalog, type KeptCatalog } from './kept-catalog';
import { readJournal } from './read-journal';
import { readSnapshot } from './read-snapshot';

/** The content of a folder. */
export interface Recovery {
  /** `undefined` for an empty folder. */
  readonly identity: CatalogIdentity | undefined;
  /** Whether the folder had its mark when it was last written to (`original-mark.ts`). */
  readonly isMarked: boolean;
  /** The catalog with all changes. */
  readonly kept: KeptCatalog;
  /** The catalog before the recent changes. */
  readonly base: { readonly revision: number; readonly services: readonly StoredService[] };
  readonly recent: readonly CommittedChange[];
  readonly damages: readonly Damage[];
  /** Bytes that a crash left of writes that were never acknowledged. */
  readonly torn: number;
  readonly lastJournal: JournalEnd | undefined;
  readonly journals: { readonly count: number; readonly bytes: number };
  readonly snapshotBytes: number;
}

/**
 * Reads the newest snapshot and the journals after it. Damage is skipped and reported, and never prevents reading of what
 * is intact.
 *
 * @param recentChanges about how many of the latest changes to return as changes
 * @throws AppError `DATA_FOLDER_NEWER`; what the folder throws when it may not be read
 */
export async function recover(
  folder: Folder,
  content: FolderContent,
  recentChanges: number,
): Promise<Recovery> {
  const kept = createKeptCatalog();
  const damages: Damage[] = [];
  const snapshot = await restoreSnapshot(folder, content, kept, damages);
  const recent = createRecentChanges(kept, recentChanges);

  let lastHeader: FileHeader | undefined;
  let lastJournal: JournalEnd | undefined;
  let torn = 0;
  let bytes = 0;
  const chain = await journalChain(folder, content.journals);
  for (const link of chain) {
    const report = createDamageReport(journalName(link.number));
    const missing = link.header !== undefined && link.header.revision > recent.revision;
    if (missing && damages.length === 0)
      report.add(`the changes between revision ${recent.revision} and its own beginning are missing`);
    const reading = await readJournal(folder, link, (change) => recent.add(change), report);
    if (report.damage !== undefined) damages.push(report.damage);
    lastHeader = link.header ?? lastHeader;
    lastJournal = { number: link.number, bytes: reading.end };
    torn += reading.torn;
    bytes += reading.end;
  }

  const header = lastHeader ?? snapshot.header;
  return {
    ...recent.settle(damages.length === 0),
    identity: identityIn(header),
    isMarked: header?.marked === true,
    kept,
    damages,
    torn,
    lastJournal,
    journals: { count: chain.length, bytes },
    snapshotBytes: snapshot.bytes,
  };
}

function identityIn(header: FileHeader | undefined): CatalogIdentity | undefined {
  return header && { catalogId: header.catalogId, begunAt: header.begunAt };
}

async function restoreSnapshot(
  folder: Folder,
  { snapshots }: FolderContent,
  kept: KeptCatalog,
  damages: Damage[],
): Promise<{ header: FileHeader | undefined; bytes: number }> {
  const newest = snapshots.at(-1);
  if (newest === undefined) return { header: undefined, bytes: 0 };
  const report = createDamageReport(snapshotName(newest));
  const reading = await readSnapshot(folder, snapshotName(newest), kept, report);
  if (report.damage !== undefined) damages.push(report.damage);
  return reading;
}

/** Keeps the latest changes separate, so that the catalog before them is known, too. */
function createRecentChanges(kept: KeptCatalog, limit: number) {
  let recent: CommittedChange[] = [];
  let revision = kept.revision;

  function applyAllBut(count: number): void {
    const older = recent.length - count;
    for (const change of recent.slice(0, older)) kept.apply(change);
    recent = recent.slice(older);
  }

  return {
    get revision() {
      return revision;
    },
    add(change: CommittedChange): void {
      // The journals may begin before the snapshot.
      if (change.revision <= revision) return;
      revision = change.revision;
      recent.push(change);
      if (recent.length > limit * 2) applyAllBut(limit);
    },
    /** @param asChanges `false` if changes are missing in between, so that they do not apply to the catalog before */
    settle(asChanges: boolean): Pick<Recovery, 'base' | 'recent'> {
      applyAllBut(asChanges ? Math.min(limit, recent.length) : 0);
      const base = { revision: kept.revision, services: kept.services() };
      for (const change of recent) kept.apply(change);
      return { base, recent };
    },
  };
}
