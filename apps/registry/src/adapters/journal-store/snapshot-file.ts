import type { InstanceRecord } from '../../catalog/instance/instance-record';
import type { KeptOverride } from '../../catalog/overrides/kept-override';
import type { StandingClaim } from '../../catalog/routes/path-claim';
import type { StoredService } from '../../catalog/stored-catalog';
import { checkedLine } from './checked-line';
import type { FileHeader } from './file-header';
import { unfinished } from './file-names';
import type { Folder } from './folder';

/**
 * What follows on the header of a snapshot: each service's records and then its name and revision, and at last how
 * many lines there were, without which a snapshot is not whole.
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

/** Encoded in one go: long enough to be worth a write, short enough that requests in between do not wait for it. */
const PIECE_LENGTH = 256 * 1024;

/**
 * Writes a snapshot that is there whole or not at all, whatever happens. Answers its size, bytes.
 *
 * @throws when that failed, or when `signal` says that it is not wanted any more; what was there before still is
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
    // Without success it is removed at the next start, by its name.
    await folder.remove(temporary).catch(() => undefined);
    throw error;
  }
}

function* linesOf(header: FileHeader, services: readonly StoredService[]): Generator<string, void> {
  yield checkedLine(header);
  let lines = 0;
  const line = (value: SnapshotLine): string => {
    lines += 1;
    return checkedLine(value);
  };
  for (const { serviceName, revision, records, claims, overrides } of services) {
    for (const record of records) yield line({ record });
    const kept = overrides.length === 0 ? {} : { overrides };
    yield line({ service: { serviceName, revision, claims, ...kept } });
  }
  yield checkedLine({ end: { lines } } satisfies SnapshotLine);
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
