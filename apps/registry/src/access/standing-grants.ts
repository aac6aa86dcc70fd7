import { authenticateByCertificate, credentialOf, isBearer, type AccessRule, type Bearer } from './authorise';
import { includesScope, type NeededScope, type Scope } from './scope';

/**
 * Calls that go on after they were let in: streams, sessions, and whoever waits. When the tokens change they are
 * looked at again, or a token that was taken away would go on being good for what it has opened.
 */
export interface StandingGrants {
  readonly count: number;
  /**
   * Calls `end`, once, when that bearer is no longer known or no longer has the scope.
   *
   * @returns what is to be called when the call is over
   */
  add(bearer: Bearer, needed: NeededScope, end: () => void): () => void;
  /** @param rule the one in force from now on */
  review(rule: AccessRule): void;
}

interface Grant {
  readonly needed: NeededScope;
  readonly end: () => void;
}

/** What one token, or equal names of certificates, have opened. */
interface Opened {
  readonly bearer: Bearer;
  readonly grants: Set<Grant>;
}

export function createStandingGrants(): StandingGrants {
  /** By what was shown: a hundred thousand sessions are reviewed in the time that it takes to look at each once. */
  const opened = new Map<string, Opened>();
  let count = 0;

  function drop(key: string, grant: Grant): boolean {
    const of = opened.get(key);
    if (of?.grants.delete(grant) !== true) return false;
    count -= 1;
    if (of.grants.size === 0) opened.delete(key);
    return true;
  }

  return {
    get count() {
      return count;
    },
    add(bearer, needed, end) {
      const key = keyOf(bearer);
      const of = opened.get(key) ?? { bearer, grants: new Set() };
      const grant = { needed, end };
      of.grants.add(grant);
      opened.set(key, of);
      count += 1;
      return () => void drop(key, grant);
    },
    review(rule) {
      const scopesNow = scopesBy(rule);
      for (const [key, { bearer, grants }] of [...opened]) {
        const scopes = scopesNow(bearer);
        for (const grant of [...grants])
          if (!includesScope(scopes, grant.needed) && drop(key, grant)) grant.end();
      }
    },
  };
}

function keyOf(bearer: Bearer): string {
  return bearer.kind === 'bearer' ? bearer.token.digest.toString('hex') : JSON.stringify(bearer.labels);
}

function scopesBy(rule: AccessRule): (bearer: Bearer) => readonly Scope[] {
  const tokens = rule.kind === 'open' ? [] : rule.tokens;
  const known = new Map(tokens.map((token) => [token.digest.toString('hex'), token]));
  return (bearer) => {
    if (bearer.kind === 'bearer') return known.get(keyOf(bearer))?.scopes ?? [];
    const identity = authenticateByCertificate(rule, bearer.labels);
    return isBearer(identity) ? credentialOf(identity).scopes : [];
  };
}
