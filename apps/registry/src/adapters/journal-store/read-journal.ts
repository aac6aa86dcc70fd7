import type { CommittedChange } from '../../catalog/changes/change';
import { valueOfLine } from './checked-line';
import type { DamageReport } from './damage';
import { isUnreadable } from './file-fault';
import { linesOf } from './file-lines';
import { journalName } from './file-names';
import type { Folder } from './folder';
import type { ChainLink } from './journal-chain';

export interface JournalReading {
  /** Bytes of it that count. */
  readonly end: number;
  /** Bytes after that which a crash left behind: the beginning of something that nobody was told of. */
  readonly torn: number;
}

/**
 * Hands over every change of a journal that is as it was written, in order. A beginning of a line at the end is what
 * a crash leaves of a write that was never acknowledged; everything else that is not as it was written is damage.
 */
export async function readJournal(
  folder: Folder,
  { number, header, countsTo = Infinity }: ChainLink,
  onChange: (change: CommittedChange) => void,
  report: DamageReport,
): Promise<JournalReading> {
  let end = 0;
  let lineNumber = 0;
  try {
    for await (const lines of linesOf(folder.read(journalName(number))))
      for (const line of lines) {
        if (end >= countsTo) return { end, torn: 0 };
        if (!line.isWhole && countsTo === Infinity) return { end, torn: line.end - end };
        lineNumber += 1;
        end = line.end;
        if (lineNumber === 1 && header !== undefined) continue;
        const change = changeIn(line.bytes);
        // The header itself may be what is missing.
        if (change === undefined || lineNumber === 1)
          report.add(`line ${lineNumber} is not what was written`);
        if (change !== undefined) onChange(change);
      }
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    report.add(`it cannot be read on after byte ${end}: ${String(error)}`);
  }
  if (countsTo !== Infinity && end < countsTo) report.add(`it had ${countsTo} bytes, ${end} are there`);
  return { end, torn: 0 };
}

/** The checksum says that this is what was written; not that it was written here. */
function changeIn(bytes: Buffer): CommittedChange | undefined {
  const value = valueOfLine(bytes);
  const isOne = typeof value === 'object' && value !== null && 'serviceName' in value && 'put' in value;
  return isOne ? (value as CommittedChange) : undefined;
}
