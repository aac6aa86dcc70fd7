import type { CommittedChange } from '../../catalog/changes/change';
import { changeTooLarge } from '../../errors';
import { checkedLine } from './checked-line';

/**
 * Most instances that one change may put and remove. Too low: a mass eviction is many changes. Too high: the longest
 * instances (about 128 KiB each, with the reasons why their routes are refused) do not fit into a line.
 */
export const MAX_RECORDS_PER_CHANGE = 100;

/** Longest line of a change, bytes. Too high: every other caller waits while it is encoded. At most `LONGEST_LINE`. */
export const LONGEST_CHANGE_LINE = 16 * 1024 * 1024;

/**
 * A change as a line of a journal.
 *
 * @throws AppError `CHANGE_TOO_LARGE`: what cannot be read again must not be acknowledged
 */
export function changeLine(change: CommittedChange): Buffer {
  const line = Buffer.from(checkedLine(change));
  if (line.length > LONGEST_CHANGE_LINE) throw changeTooLarge(tooLong(line.length));
  return line;
}

/** Use cases keep within `MAX_RECORDS_PER_CHANGE`, so what is so long is a service's overrides. */
function tooLong(bytes: number): string {
  return (
    `It would take ${bytes} bytes on disk, and ${LONGEST_CHANGE_LINE} is the most that one may take. ` +
    "Change fewer instances at once; if this was about one instance, remove overrides of its service's other instances."
  );
}
