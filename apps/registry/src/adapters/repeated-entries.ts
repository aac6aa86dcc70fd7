/** An entry with the same key as an earlier one. */
export interface Repetition {
  readonly index: number;
  /** The name of the entry that has the same, and where in the list it is. */
  readonly earlier: string;
  readonly at: number;
}

/** Entries of a list with the same key as an earlier one. */
export function repeated<T extends { readonly name: string }>(
  entries: readonly T[],
  keyOf: (entry: T) => string,
): readonly Repetition[] {
  const places = new Map<string, number>();
  return entries.flatMap((entry, index) => {
    const key = keyOf(entry);
    const at = places.get(key);
    if (at !== undefined) return [{ index, at, earlier: entries[at]?.name ?? '' }];
    places.set(key, index);
    return [];
  });
}
