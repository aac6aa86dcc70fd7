/** Characters of one write. Larger: more memory per slow reader. Smaller: more writes. */
export const PIECE_LENGTH = 64 * 1024;

/** The same text in pieces of about `PIECE_LENGTH`, made as they are asked for. */
export function* inPieces(parts: Iterable<string>): Generator<string, void> {
  let piece = '';
  for (const part of parts) {
    piece += part;
    if (piece.length >= PIECE_LENGTH) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}

/** A text that is there already, in slices: they share its memory, and only the one that is being sent is copied. */
export function* slicesOf(text: string): Generator<string, void> {
  for (let at = 0; at < text.length; at += PIECE_LENGTH) yield text.slice(at, at + PIECE_LENGTH);
}

/** Texts as the items of a JSON list. */
export function* joined<T>(items: Iterable<T>, textOf: (item: T) => string): Generator<string, void> {
  let separator = '';
  for (const item of items) {
    yield separator + textOf(item);
    separator = ',';
  }
}
