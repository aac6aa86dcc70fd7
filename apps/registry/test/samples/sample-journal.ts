import { createMemoryFolder, type MemoryFolder } from '../doubles/memory-folder';
import { openStore } from '../doubles/opened-store';
import { registering, removing } from './sample-change';

/** A folder with one journal of some registrations and removals, and who is listed after each of its lines. */
export interface SampleJournal {
  readonly name: string;
  readonly content: Buffer;
  readonly lines: readonly Buffer[];
  /** `listed[n]`: after the first n changes; the header is no change. */
  readonly listed: readonly (readonly string[])[];
  folderWith(content: Buffer): MemoryFolder;
}

export async function sampleJournal(): Promise<SampleJournal> {
  const folder = createMemoryFolder();
  const opened = await openStore(folder);
  const listed = [opened.listed()];
  for (const change of [
    registering('a'),
    registering('b', 'c'),
    removing('b'),
    removing('a', 'c'),
    registering('b', 'd'),
  ]) {
    await opened.commit(change);
    listed.push(opened.listed());
  }
  const [name = '', ...others] = folder.names;
  const content = folder.contentOf(name);
  return {
    name,
    content,
    lines: linesIn(content),
    listed,
    folderWith: (other) =>
      createMemoryFolder(
        new Map([[name, other], ...others.map((file) => [file, folder.contentOf(file)] as const)]),
      ),
  };
}

/** Whole lines only, each with its line break. */
export function linesIn(content: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let at = content.indexOf('\n'); at !== -1; at = content.indexOf('\n', start)) {
    lines.push(content.subarray(start, at + 1));
    start = at + 1;
  }
  return lines;
}
