import type { IdempotentRequest } from '../idempotency/idempotent-request';
import type { Page, PageRequest, Position } from '../paging/page';

/** What became of an item that was to be added. */
export type Added<T> = { readonly outcome: 'added'; readonly item: T } | Repeat<T>;

/** The answer to a key that was used before. */
export type Repeat<T> =
  /** The same request came before: this is the item that it made, and nothing was added. */
  | { readonly outcome: 'repeated'; readonly item: T }
  /** The key belongs to a request for something else; nothing was added. */
  | { readonly outcome: 'key-reused' };

/**
 * Where the items of one kind are kept, by several processes at once. Items never change and are never removed.
 * Called by use-cases; every call may reject with AppError 503 `DATABASE_UNAVAILABLE`, and has then changed nothing,
 * unless the database went away at the very moment of making the change final: only a request with a key may be sent
 * again without a thought.
 * `collectionContract` in `@rollcall/resource-kit/testing` is this contract as cases that every adapter passes.
 */
export interface Collection<T extends Position> {
  /** Newest first; walking the pages meets every item that was there at the first one exactly once. */
  list(request: PageRequest): Promise<Page<T>>;
  find(id: string): Promise<T | undefined>;
  /**
   * Adds an item under a fresh id. With a request, the item and its key are stored together or not at all, and of
   * duplicates that arrive at the same time one is carried out. A key counts for 24 h from the item's `createdAt`.
   */
  add(item: T, request?: IdempotentRequest): Promise<Added<T>>;
  /**
   * What `add` would answer to a key that was used before; `undefined` while it is free, which it may no longer be
   * a moment later. For callers to whom making the item is work that a repeat should not do again.
   */
  findRepeat(request: IdempotentRequest, now: number): Promise<Repeat<T> | undefined>;
}
