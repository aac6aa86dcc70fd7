/**
 * Files are numbered in the order in which they were begun, and a number is never used twice: `snapshot-7` holds
 * what all journals before `journal-7` have led to.
 */
export function journalName(number: number): string {
  return `journal-${padded(number)}`;
}

export function snapshotName(number: number): string {
  return `snapshot-${padded(number)}`;
}

/** What a file is called until it is complete. */
export function unfinished(name: string): string {
  return `${name}.unfinished`;
}

/** What a file is called once it has been found damaged and the catalog no longer needs it. */
export function setAside(name: string): string {
  return `${name}.damaged`;
}

export interface FolderContent {
  /** Numbers, ascending. */
  readonly journals: readonly number[];
  readonly snapshots: readonly number[];
  /** Names of files that nobody finished. */
  readonly unfinished: readonly string[];
  /** The highest number that has been used for anything, 0 if none has. */
  readonly highest: number;
}

/** Names that are not the store's count for nothing. */
export function contentOf(names: readonly string[]): FolderContent {
  const journals: number[] = [];
  const snapshots: number[] = [];
  const incomplete: string[] = [];
  let highest = 0;
  for (const name of names) {
    const [, kind, digits, ending] = /^(journal|snapshot)-(\d{8,15})(\.\w+)?$/.exec(name) ?? [];
    if (digits === undefined) continue;
    const number = Number(digits);
    highest = Math.max(highest, number);
    if (ending === '.unfinished') incomplete.push(name);
    else if (ending === undefined) (kind === 'journal' ? journals : snapshots).push(number);
  }
  const ascending = (a: number, b: number): number => a - b;
  return {
    journals: journals.sort(ascending),
    snapshots: snapshots.sort(ascending),
    unfinished: incomplete,
    highest,
  };
}

function padded(number: number): string {
  return String(number).padStart(8, '0');
}
