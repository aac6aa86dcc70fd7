import { dataFolderNewer } from './data-folder-errors';
import { valueOfLine } from './checked-line';

/** The catalog that the revisions of a file belong to. */
export interface CatalogIdentity {
  readonly catalogId: string;
  /** When that catalog began, epoch milliseconds. */
  readonly begunAt: number;
}

/** The valid length of a journal. What follows was never acknowledged; the process that wrote it gave it up. */
export interface JournalEnd {
  readonly number: number;
  readonly bytes: number;
}

/** The first line of every file. */
export interface FileHeader extends CatalogIdentity {
  readonly format: number;
  /** The catalog's revision at the file's beginning. */
  readonly revision: number;
  /** Whether the folder had its mark by then (`original-mark.ts`). Absent in a file of an earlier version. */
  readonly marked?: boolean;
  /** The journal that this one goes on from. */
  readonly previous?: JournalEnd;
}

/**
 * The format of the lines behind the header: changes and records in JSON, as in memory. To change their shape, raise this
 * number, keep reading the earlier formats, and add a folder of the earlier format to the samples of the specs. In every
 * format the first line is a checked line with a `format`.
 */
export const FORMAT = 2;

/** Format 1 has no claims: the paths are those that the instances announce. */
const OLDEST_FORMAT = 1;

/** @throws AppError `DATA_FOLDER_NEWER`: setting such a file aside would lose it, reading it might garble it */
export function headerOfLine(line: Buffer): FileHeader | undefined {
  const value = valueOfLine(line);
  if (typeof value !== 'object' || value === null || !('format' in value)) return undefined;
  if (typeof value.format !== 'number') return undefined;
  if (value.format > FORMAT) throw dataFolderNewer(value.format, FORMAT);
  // The checksum only proves that the line is unchanged; its shape depends on the format.
  return value.format >= OLDEST_FORMAT ? (value as FileHeader) : undefined;
}
