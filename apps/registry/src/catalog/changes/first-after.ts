/** Index of the first entry of a later revision, in a list whose revisions rise, not necessarily by one. */
export function firstAfter(
  entries: readonly { readonly revision: number }[],
  revision: number,
  from = 0,
): number {
  let low = from;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && entry.revision <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}
