/** What a database tells while a service holds it. None of it ends anything. */
export type DatabaseEvent =
  /** It is away at start, or held by a neighbour; told once, and tried again until it is there. */
  | { readonly type: 'waiting'; readonly error: unknown }
  /** An idle connection was lost; the next request opens another. */
  | { readonly type: 'connection_lost'; readonly error: unknown }
  /** Idempotency keys that no longer count are still stored; the next round takes them as well. */
  | { readonly type: 'keys_not_forgotten'; readonly error: unknown };
