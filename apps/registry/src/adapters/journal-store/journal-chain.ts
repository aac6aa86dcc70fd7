import { isUnreadable } from './file-fault';
import { headerOfLine, type FileHeader } from './file-header';
import { linesOf } from './file-lines';
import { journalName } from './file-names';
import type { Folder } from './folder';

/** A journal that is part of the catalog's history. */
export interface ChainLink {
  readonly number: number;
  /** Absent if it is damaged; the lines behind it may be intact. */
  readonly header: FileHeader | undefined;
  /** Its valid length in bytes, where a later journal says so. */
  readonly countsTo: number | undefined;
}

/**
 * The journals that form one history, oldest first. A journal that is not part of it was begun, could not be written, and
 * was given up.
 *
 * @throws AppError `DATA_FOLDER_NEWER`
 */
export async function journalChain(
  folder: Folder,
  numbers: readonly number[],
): Promise<readonly ChainLink[]> {
  const chain: ChainLink[] = [];
  let countsTo: number | undefined;
  let next = numbers.at(-1);
  while (next !== undefined) {
    const number: number = next;
    const header = await readHeader(folder, journalName(number));
    chain.unshift({ number, header, countsTo });
    countsTo = header?.previous?.bytes;
    // Without a header the journal before it is unknown: take all of them.
    next =
      header === undefined
        ? numbers.findLast((other) => other < number)
        : numbers.find((other) => other === header.previous?.number);
  }
  return chain;
}

async function readHeader(folder: Folder, name: string): Promise<FileHeader | undefined> {
  try {
    for await (const [line] of linesOf(folder.read(name)))
      if (line !== undefined) return line.isWhole ? headerOfLine(line.bytes) : undefined;
  } catch (error) {
    if (!isUnreadable(error)) throw error;
  }
  return undefined;
}
