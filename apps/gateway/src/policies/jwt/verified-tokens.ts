import { hash } from 'node:crypto';

/**
 * The tokens that one route has verified lately, so that each is verified once and not with each request. Tokens that
 * were refused are not kept: whoever makes them up would fill it.
 */
export interface VerifiedTokens<Identity> {
  /** @param now milliseconds, monotonic */
  find(digest: string, now: number): Identity | undefined;
  keep(digest: string, identity: Identity, term: TokenTerm, now: number): void;
  readonly size: number;
}

/** How long a verdict holds. */
export interface TokenTerm {
  /** Milliseconds until the token expires. */
  readonly expiresInMs: number;
  /** What it is signed with: nothing holds once the issuer has withdrawn that. */
  readonly key: { readonly isGone: boolean };
}

interface Entry<Identity> extends Pick<TokenTerm, 'key'> {
  readonly identity: Identity;
  readonly until: number;
}

const MAX_AGE_MS = 300_000;
/** About 5 MiB for a route that so many callers ask. */
const MAX_TOKENS = 10_000;

export function createVerifiedTokens<Identity>(maxTokens = MAX_TOKENS): VerifiedTokens<Identity> {
  const entries = new Map<string, Entry<Identity>>();

  return {
    find(digest, now) {
      const entry = entries.get(digest);
      if (entry === undefined) return undefined;
      if (now < entry.until && !entry.key.isGone) return entry.identity;
      entries.delete(digest);
      return undefined;
    },
    keep(digest, identity, { expiresInMs, key }, now) {
      if (expiresInMs <= 0) return;
      entries.delete(digest);
      // A Map keeps the order of insertion: the first is the oldest.
      for (const oldest of entries.keys()) {
        if (entries.size < maxTokens) break;
        entries.delete(oldest);
      }
      entries.set(digest, { identity, key, until: now + Math.min(expiresInMs, MAX_AGE_MS) });
    },
    get size() {
      return entries.size;
    },
  };
}

/**
 * Stands for a token: a dump of this process's memory must not hold tokens that are good for days. In one call, which is
 * half of what a remembered token costs, and would be all of it with a hash object.
 */
export function tokenDigest(token: string): string {
  return hash('sha256', token, 'base64');
}
