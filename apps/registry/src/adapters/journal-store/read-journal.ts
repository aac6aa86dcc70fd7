import type { CommittedChange } from '../../catalog/changes/change';
import { valueOfLine } from './checked-line';
import type { DamageReport } from './damage';
import { isUnreadable } from './file-fault';
import { linesOf } from './file-lines';
import { journalName } from './file-names';
import type { Folder } from './folder';
import type { ChainLink } from './journal-chain';

export interface JournalReading {
  /** Its valid length, bytes. */
  readonly end: number;
  /** Bytes behind it that a crash left: an incomplete write that was never acknowledged. */
  readonly torn: number;
}

/**
 * Passes on every intact change of a journal, in order. An incomplete last line is the remains of a write that a crash
 * interrupted and that was never acknowledged; any other deviation is damage.
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
        // The header itself may be missing.
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

/** The checksum proves that the line is unchanged, not that this store wrote it. */
function changeIn(bytes: Buffer): CommittedChange | undefined {
  const value = valueOfLine(bytes);
  const isOne = typeof value === 'object' && value !== null && 'serviceName' in value && 'put' in value;
  return isOne ? (value as CommittedChange) : undefined;
}
