/**
 * The entry of a list that was most likely meant by a misspelled one, if one is near enough: case aside, one letter in
 * three may be wrong, missing, too many, or changed places with its neighbour.
 */
export function didYouMean(written: string, words: readonly string[]): string | undefined {
  let nearest: { word: string; distance: number } | undefined;
  for (const word of words) {
    const distance = distanceOf(written.toLowerCase(), word.toLowerCase());
    const isNear = distance <= Math.max(1, Math.floor(Math.max(written.length, word.length) / 3));
    if (isNear && (nearest === undefined || distance < nearest.distance)) nearest = { word, distance };
  }
  return nearest?.word;
}

const LONGEST = 64;

/** Optimal string alignment, over three rows. */
function distanceOf(a: string, b: string): number {
  if (a.length > LONGEST || b.length > LONGEST) return a === b ? 0 : Infinity;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const hasSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next[column] = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        hasSwapped ? (before[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    before = last;
    last = next;
  }
  return last[b.length] ?? 0;
}
