import type { AccessToken } from './access-token';
import { includesScope, type NeededScope } from './scope';

/**
 * Calls that go on after they were let in: streams, sessions, and whoever waits. When the tokens change they are
 * looked at again, or a token that was taken away would go on being good for what it has opened.
 */
export interface StandingGrants {
  readonly count: number;
  /**
   * Calls `end`, once, when that token is no longer known or no longer has the scope.
   *
   * @returns what is to be called when the call is over
   */
  add(token: AccessToken, needed: NeededScope, end: () => void): () => void;
  /** @param tokens those in force from now on */
  review(tokens: readonly AccessToken[]): void;
}

interface Grant {
  readonly needed: NeededScope;
  readonly end: () => void;
}

export function createStandingGrants(): StandingGrants {
  /** By the token's digest: a hundred thousand sessions are reviewed in the time that it takes to look at each once. */
  const ofToken = new Map<string, Set<Grant>>();
  let count = 0;

  function drop(digest: string, grant: Grant): boolean {
    const grants = ofToken.get(digest);
    if (grants?.delete(grant) !== true) return false;
    count -= 1;
    if (grants.size === 0) ofToken.delete(digest);
    return true;
  }

  return {
    get count() {
      return count;
    },
    add(token, needed, end) {
      const digest = token.digest.toString('hex');
      const grants = ofToken.get(digest) ?? new Set();
      const grant = { needed, end };
      ofToken.set(digest, grants.add(grant));
      count += 1;
      return () => void drop(digest, grant);
    },
    review(tokens) {
      const known = new Map(tokens.map((token) => [token.digest.toString('hex'), token]));
      for (const [digest, grants] of [...ofToken]) {
        const scopes = known.get(digest)?.scopes ?? [];
        for (const grant of [...grants])
          if (!includesScope(scopes, grant.needed) && drop(digest, grant)) grant.end();
      }
    },
  };
}
