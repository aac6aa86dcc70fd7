import type { InstanceRecord } from '../../catalog/instance/instance-record';
import type { KeptOverride } from '../../catalog/overrides/kept-override';
import type { StandingClaim } from '../../catalog/routes/path-claim';
import type { StoredService } from '../../catalog/stored-catalog';
import { checkedLine } from './checked-line';
import type { FileHeader } from './file-header';
import { LONGEST_LINE } from './file-lines';
import { unfinished } from './file-names';
import type { Folder } from './folder';

/**
 * The lines behind the header of a snapshot: each service's records, then its name and revision, and last the number of
 * lines; without that a snapshot is incomplete.
 */
export type SnapshotLine =
  | { readonly record: InstanceRecord }
  | {
      readonly service: {
        readonly serviceName: string;
        readonly revision: number;
        /** Absent in format 1. */
        readonly claims?: readonly StandingClaim[];
        /** Absent where there are none. */
        readonly overrides?: readonly KeptOverride[];
      };
    }
  | { readonly end: { readonly lines: number } };

/** Lines encoded per write: enough to be worth a write, and few enough not to delay requests. */
const PIECE_LENGTH = 256 * 1024;

/**
 * Writes a snapshot atomically. Resolves with its size in bytes.
 *
 * @throws when that failed, was aborted by `signal`, or a line of it could not be read again; the previous files are kept
 */
export async function writeSnapshot(
  folder: Folder,
  name: string,
  content: { readonly header: FileHeader; readonly services: readonly StoredService[] },
  signal: AbortSignal,
): Promise<number> {
  const temporary = unfinished(name);
  try {
    const file = await folder.create(temporary);
    let bytes = 0;
    try {
      for (const piece of piecesOf(linesOf(content.header, content.services))) {
        signal.throwIfAborted();
        await file.append(piece);
        bytes += piece.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await folder.rename(temporary, name);
    await folder.sync();
    return bytes;
  } catch (error) {
    // If that fails, the next start removes it by its name.
    await folder.remove(temporary).catch(() => undefined);
    throw error;
  }
}

function* linesOf(header: FileHeader, services: readonly StoredService[]): Generator<string, void> {
  yield checkedLine(header);
  let lines = 0;
  const line = (value: SnapshotLine): string => {
    lines += 1;
    return readableLine(value);
  };
  for (const { serviceName, revision, records, claims, overrides } of services) {
    for (const record of records) yield line({ record });
    const kept = overrides.length === 0 ? {} : { overrides };
    yield line({ service: { serviceName, revision, claims, ...kept } });
  }
  yield checkedLine({ end: { lines } } satisfies SnapshotLine);
}

/** A service's line has all its paths and overrides, which many changes have brought. */
function readableLine(value: SnapshotLine): string {
  const line = checkedLine(value);
  // No encoding is shorter than its text.
  const bytes = Buffer.byteLength(line);
  if (bytes <= LONGEST_LINE) return line;
  const what = 'service' in value ? `The service ${value.service.serviceName}` : 'A line';
  throw new Error(
    `${what} would take ${bytes} bytes in a snapshot, and ${LONGEST_LINE} is the most that is read again. ` +
      'Remove overrides of its instances; until then the journal is kept.',
  );
}

function* piecesOf(lines: Iterable<string>): Generator<Buffer, void> {
  let piece: string[] = [];
  let length = 0;
  for (const line of lines) {
    piece.push(line);
    length += line.length;
    if (length < PIECE_LENGTH) continue;
    yield Buffer.from(piece.join(''));
    piece = [];
    length = 0;
  }
  if (piece.length > 0) yield Buffer.from(piece.join(''));
}
