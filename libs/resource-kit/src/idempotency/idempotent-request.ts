/** A request that is to be carried out once, however often it is sent. */
export interface IdempotentRequest {
  /** Chosen by the caller. */
  readonly key: string;
  /** Of what is asked for: the same key with another fingerprint is the caller's mistake. */
  readonly fingerprint: string;
}

/** A key's first use, as it is stored together with what it made. */
export interface KeyUse extends IdempotentRequest {
  readonly resourceId: string;
  /** Epoch milliseconds. */
  readonly usedAt: number;
}

/** What a key was used for before. */
export type PriorUse =
  | { readonly kind: 'none' }
  | { readonly kind: 'same'; readonly resourceId: string }
  | { readonly kind: 'different' };

/** How long a key is remembered after its first use. */
export const KEY_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Judges a request by the stored use of its key, which counts for 24 h and from then on not at all. */
export function priorUse(stored: KeyUse | undefined, request: IdempotentRequest, now: number): PriorUse {
  if (stored === undefined || now >= stored.usedAt + KEY_LIFETIME_MS) return { kind: 'none' };
  return stored.fingerprint === request.fingerprint
    ? { kind: 'same', resourceId: stored.resourceId }
    : { kind: 'different' };
}
