import { sameDigest, secretDigest } from '@rollcall/service-kit';
import type { AccessToken } from './access-token';
import { routeRights, type RouteRight, type RouteRights } from './route-rights';
import { includesScope, type NeededScope } from './scope';

/** Which callers are allowed: all, or the bearers of tokens. */
export type AccessRule =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'tokens';
      readonly tokens: readonly AccessToken[];
      /** By service: paths that its writers may announce. */
      readonly routes?: ReadonlyMap<string, readonly RouteRight[]>;
    };

export type AccessRefusal =
  | { readonly kind: 'unauthenticated'; readonly why: 'no_token' | 'unknown_token' }
  | { readonly kind: 'forbidden'; readonly actor: string; readonly needed: NeededScope };

export type Authorisation =
  | {
      readonly kind: 'granted';
      readonly actor: string;
      /** By which it was let in; nobody needs one where access is open. */
      readonly token?: AccessToken;
    }
  | AccessRefusal;

export const OPEN_ACCESS: AccessRule = { kind: 'open' };

/** The actor of calls without authentication. */
export const ANONYMOUS = 'anonymous';

/** Whose call it is: found out once, however many scopes it needs. */
export type CallerIdentity =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'bearer'; readonly token: AccessToken }
  | Extract<AccessRefusal, { kind: 'unauthenticated' }>;

/**
 * Finds out whose call it is.
 *
 * @param presented the bearer token of the call, or `undefined` when it brought none
 */
export function authenticate(rule: AccessRule, presented: string | undefined): CallerIdentity {
  if (rule.kind === 'open') return { kind: 'anonymous' };
  if (presented === undefined) return { kind: 'unauthenticated', why: 'no_token' };
  const token = findToken(rule.tokens, presented);
  return token ? { kind: 'bearer', token } : { kind: 'unauthenticated', why: 'unknown_token' };
}

/** Decides whether a caller may do what takes that scope. */
export function authorise(identity: CallerIdentity, needed: NeededScope): Authorisation {
  switch (identity.kind) {
    case 'anonymous':
      return { kind: 'granted', actor: ANONYMOUS };
    case 'unauthenticated':
      return identity;
    case 'bearer': {
      const { token } = identity;
      return includesScope(token.scopes, needed)
        ? { kind: 'granted', actor: token.name, token }
        : { kind: 'forbidden', actor: token.name, needed };
    }
  }
}

/** The paths that a caller that may write the service may announce for it. */
export function routeRightsOf(rule: AccessRule, identity: CallerIdentity, serviceName: string): RouteRights {
  if (rule.kind === 'open') return { kind: 'any' };
  const ofToken = identity.kind === 'bearer' ? identity.token.routes : undefined;
  const ofService = rule.routes?.get(serviceName);
  const named =
    ofToken === undefined && ofService === undefined ? undefined : [...(ofToken ?? []), ...(ofService ?? [])];
  return routeRights(named);
}

/** Looks at every token, whichever one matches, so that the time it takes says nothing of where or how nearly. */
function findToken(tokens: readonly AccessToken[], presented: string): AccessToken | undefined {
  const digest = secretDigest(presented);
  let found: AccessToken | undefined;
  for (const token of tokens) if (sameDigest(token.digest, digest)) found = token;
  return found;
}
