/** Lists run from the newest to the oldest; a position is where one item stands in that order. */
export interface Position {
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Decides between items of one moment. */
  readonly id: string;
}

/** Which part of a list is wanted: at most `limit` items, from the one behind `after` on. */
export interface PageRequest {
  readonly limit: number;
  readonly after?: Position;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Position to go on after; absent on the last page. */
  readonly next?: Position;
}

/**
 * A page of what was found, which is to be one item more than wanted where there is one: it alone tells a full
 * last page from one that has a successor.
 */
export function pageOf<T extends Position>(found: readonly T[], { limit }: PageRequest): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return found.length > limit && last !== undefined
    ? { items, next: { createdAt: last.createdAt, id: last.id } }
    : { items };
}

/** The order of every list: newest first. Ids are compared as bytes, as databases compare them. */
export function byNewest(a: Position, b: Position): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt;
  if (a.id === b.id) return 0;
  return a.id < b.id ? 1 : -1;
}
