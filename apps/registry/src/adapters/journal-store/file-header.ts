import { dataFolderNewer } from './data-folder-errors';
import { valueOfLine } from './checked-line';

/** Which revisions a file's revisions are among. */
export interface CatalogIdentity {
  readonly catalogId: string;
  /** When that catalog began, epoch milliseconds. */
  readonly begunAt: number;
}

/** Up to where a journal counts. What follows was never acknowledged, and was given up by whoever wrote it. */
export interface JournalEnd {
  readonly number: number;
  readonly bytes: number;
}

/** The first line of every file. */
export interface FileHeader extends CatalogIdentity {
  readonly format: number;
  /** The catalog's revision at the file's beginning. */
  readonly revision: number;
  /** The journal that this one goes on from. */
  readonly previous?: JournalEnd;
}

/**
 * What the lines behind the header look like: changes and records as they are in memory, in JSON. Whoever changes
 * their shape raises this, keeps reading the older formats, and adds a folder of the older one to the specs'
 * samples. Whatever the format, the first line is a checked line with a `format`.
 */
export const FORMAT = 2;

/** Format 1 knows no claims: nobody holds a path, and the instances say who announces it. */
const OLDEST_FORMAT = 1;

/** @throws AppError `DATA_FOLDER_NEWER`: setting such a file aside would lose it, reading it might garble it */
export function headerOfLine(line: Buffer): FileHeader | undefined {
  const value = valueOfLine(line);
  if (typeof value !== 'object' || value === null || !('format' in value)) return undefined;
  if (typeof value.format !== 'number') return undefined;
  if (value.format > FORMAT) throw dataFolderNewer(value.format, FORMAT);
  // The checksum says that this is what was written; the format says what was written.
  return value.format >= OLDEST_FORMAT ? (value as FileHeader) : undefined;
}
