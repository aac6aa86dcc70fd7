import { isDeepStrictEqual } from 'node:util';
import { secretDigest } from '@rollcall/service-kit';
import type { RouteRight } from './route-rights';
import { EVERY_SCOPE, type Scope } from './scope';

/** Whom a token belongs to and what it is good for. The token itself is not kept, so it cannot leak from here. */
export interface AccessToken {
  /** Who is said to have done what is done with it, in events and logs. */
  readonly name: string;
  /** SHA-256 of the token. */
  readonly digest: Buffer;
  readonly scopes: readonly Scope[];
  /** Paths that its bearer may announce; absent where the file says nothing of them. */
  readonly routes?: readonly RouteRight[];
  /** All callers share this token, so it does not tell them apart. */
  readonly isShared?: true;
}

/** The one token of a registry that has no token file. */
export function sharedToken(token: string): AccessToken {
  return {
    name: 'shared-token',
    digest: secretDigest(token),
    scopes: EVERY_SCOPE,
    routes: ['*'],
    isShared: true,
  };
}

export function sameTokens(one: readonly AccessToken[], other: readonly AccessToken[]): boolean {
  return (
    one.length === other.length &&
    one.every((token, index) => {
      const counterpart = other[index];
      return counterpart !== undefined && sameToken(token, counterpart);
    })
  );
}

function sameToken(one: AccessToken, other: AccessToken): boolean {
  return (
    one.name === other.name &&
    one.digest.equals(other.digest) &&
    one.scopes.length === other.scopes.length &&
    one.scopes.every((scope, index) => scope === other.scopes[index]) &&
    isDeepStrictEqual(one.routes, other.routes)
  );
}
