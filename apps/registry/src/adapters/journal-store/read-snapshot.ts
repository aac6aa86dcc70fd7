import { valueOfLine } from './checked-line';
import type { DamageReport } from './damage';
import { isUnreadable } from './file-fault';
import { headerOfLine, type FileHeader } from './file-header';
import { linesOf } from './file-lines';
import type { Folder } from './folder';
import type { KeptCatalog } from './kept-catalog';
import type { SnapshotLine } from './snapshot-file';

export interface SnapshotReading {
  readonly header: FileHeader | undefined;
  readonly bytes: number;
}

/**
 * Restores a snapshot: all of it, or every intact line, with the damage reported.
 *
 * @throws AppError `DATA_FOLDER_NEWER`
 */
export async function readSnapshot(
  folder: Folder,
  name: string,
  kept: KeptCatalog,
  report: DamageReport,
): Promise<SnapshotReading> {
  let header: FileHeader | undefined;
  let lineNumber = 0;
  let promised: number | undefined;
  let bytes = 0;
  try {
    for await (const lines of linesOf(folder.read(name)))
      for (const line of lines) {
        lineNumber += 1;
        bytes = line.end;
        if (lineNumber === 1 && (header = headerOfLine(line.bytes)) !== undefined) continue;
        const value = snapshotLineIn(line.bytes);
        if (value === undefined) report.add(`line ${lineNumber} is not what was written`);
        else if ('record' in value) kept.restoreRecord(value.record);
        else if ('service' in value) {
          const { serviceName, revision, claims = [], overrides = [] } = value.service;
          kept.restoreService(serviceName, revision, { claims, overrides });
        } else promised = value.end.lines;
      }
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    report.add(`it cannot be read on after byte ${bytes}: ${String(error)}`);
  }
  // Without the header and the last line, which has the count.
  if (promised === undefined) report.add('its end is missing');
  else if (promised !== lineNumber - 2)
    report.add(`${promised} lines were written, ${lineNumber - 2} are there`);
  kept.raiseTo(header?.revision ?? 0);
  return { header, bytes };
}

/** The checksum proves that the line is unchanged, not that this store wrote it. */
function snapshotLineIn(bytes: Buffer): SnapshotLine | undefined {
  const value = valueOfLine(bytes);
  const isOne =
    typeof value === 'object' && value !== null && ['record', 'service', 'end'].some((key) => key in value);
  return isOne ? (value as SnapshotLine) : undefined;
}
