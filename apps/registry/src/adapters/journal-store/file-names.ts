/**
 * Files are numbered in the order of their creation, and a number is never reused: `snapshot-7` is the catalog after all
 * journals before `journal-7`.
 */
export function journalName(number: number): string {
  return `journal-${padded(number)}`;
}

export function snapshotName(number: number): string {
  return `snapshot-${padded(number)}`;
}

/** The suffix of a file that is not complete yet. */
export function unfinished(name: string): string {
  return `${name}.unfinished`;
}

/** The suffix of a damaged file that the catalog does not need any more. */
export function setAside(name: string): string {
  return `${name}.damaged`;
}

export interface FolderContent {
  /** Numbers, ascending. */
  readonly journals: readonly number[];
  readonly snapshots: readonly number[];
  /** Names of incomplete files. */
  readonly unfinished: readonly string[];
  /** The highest number in use, 0 for an empty folder. */
  readonly highest: number;
}

/** Ignores names that are not the store's. */
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
