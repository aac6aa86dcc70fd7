import { isUnreadable } from './file-fault';
import { headerOfLine, type FileHeader } from './file-header';
import { linesOf } from './file-lines';
import { journalName } from './file-names';
import type { Folder } from './folder';

/** A journal that counts. */
export interface ChainLink {
  readonly number: number;
  /** Absent when it cannot be read any more; the lines behind it may be whole all the same. */
  readonly header: FileHeader | undefined;
  /** Bytes after which it does not count any more, where a later journal says so. */
  readonly countsTo: number | undefined;
}

/**
 * The journals that follow one another, oldest first. A file that is not among them was begun, could not be written,
 * and was given up.
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
    // Without a header it is not known whom it went on from: take every one there is.
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
