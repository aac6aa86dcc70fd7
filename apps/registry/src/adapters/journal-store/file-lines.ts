/** One line of a file, without its line break. */
export interface FileLine {
  /** Empty if the line is longer than any that the store writes. */
  readonly bytes: Buffer;
  /** Offset of what follows it in the file. */
  readonly end: number;
  /** Whether a line break follows; only a file's last line can be without one. */
  readonly isWhole: boolean;
}

/**
 * Longest line that is read, bytes; a longer one is damage. Without a limit, a file of zeros would be read into memory.
 * Four times `LONGEST_CHANGE_LINE`, since earlier versions wrote changes of any length.
 */
export const LONGEST_LINE = 64 * 1024 * 1024;
const LINE_BREAK = 0x0a;
const NOTHING = Buffer.alloc(0);

/** The lines of a file in groups, one for each piece that was read; a line that spans pieces comes with its end. */
export async function* linesOf(
  content: AsyncIterable<Uint8Array>,
  longestLine = LONGEST_LINE,
): AsyncGenerator<readonly FileLine[], void> {
  let begun = createBegunLine(longestLine);
  let offset = 0;

  for await (const piece of content) {
    const lines: FileLine[] = [];
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let start = 0;
    for (let at = bytes.indexOf(LINE_BREAK); at !== -1; at = bytes.indexOf(LINE_BREAK, start)) {
      lines.push({ bytes: begun.endWith(bytes.subarray(start, at)), end: offset + at + 1, isWhole: true });
      begun = createBegunLine(longestLine);
      start = at + 1;
    }
    begun.add(bytes.subarray(start));
    offset += bytes.length;
    yield lines;
  }
  if (begun.length > 0) yield [{ bytes: begun.endWith(NOTHING), end: offset, isWhole: false }];
}

/** A line of which only the beginning has been read. */
function createBegunLine(longest: number) {
  let pieces: Buffer[] = [];
  let length = 0;

  function add(piece: Buffer): void {
    length += piece.length;
    if (length > longest) pieces = [];
    // Copied: the next piece may be read into the same memory.
    else if (piece.length > 0) pieces.push(Buffer.from(piece));
  }

  return {
    get length() {
      return length;
    },
    add,
    endWith(piece: Buffer): Buffer {
      // Most lines are within one piece and need no copy.
      if (length === 0 && piece.length <= longest) return piece;
      add(piece);
      return Buffer.concat(pieces);
    },
  };
}
