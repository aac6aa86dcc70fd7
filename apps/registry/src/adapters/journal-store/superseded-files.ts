import { contentOf, journalName, snapshotName } from './file-names';
import type { Folder } from './folder';

/** Removes the files that the snapshot of that number supersedes. Reading skips those that could not be removed. */
export async function removeSuperseded(folder: Folder, number: number): Promise<void> {
  const { journals, snapshots } = contentOf(await folder.list());
  const older = (other: number): boolean => other < number;
  for (const name of [
    ...snapshots.filter(older).map(snapshotName),
    ...journals.filter(older).map(journalName),
  ])
    await folder.remove(name);
}
