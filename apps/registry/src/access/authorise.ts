import { sameDigest, secretDigest } from '@rollcall/service-kit';
import { findCertificate, type AccessCertificate } from './access-certificate';
import type { AccessToken } from './access-token';
import { routeRights, type RouteRight, type RouteRights } from './route-rights';
import { includesScope, type NeededScope } from './scope';

/** Which callers are allowed: all, or the bearers of tokens and of certificates. */
export type AccessRule =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'tokens';
      readonly tokens: readonly AccessToken[];
      /** Whose certificates count where a call brings no token. */
      readonly certificates?: readonly AccessCertificate[];
      /** By service: paths that its writers may announce. */
      readonly routes?: ReadonlyMap<string, readonly RouteRight[]>;
    };

export type AccessRefusal =
  | { readonly kind: 'unauthenticated'; readonly why: 'no_token' | 'unknown_token' }
  /** It has a good certificate, with these names and none that is known. */
  | {
      readonly kind: 'unauthenticated';
      readonly why: 'unknown_certificate';
      readonly labels: readonly string[];
    }
  | {
      readonly kind: 'forbidden';
      readonly actor: string;
      readonly needed: NeededScope;
      /** Whether it is the certificate that says so, and no token. */
      readonly by?: 'certificate';
    };

export type Authorisation =
  | {
      readonly kind: 'granted';
      readonly actor: string;
      /** By which it was let in; nobody needs one where access is open. */
      readonly bearer?: Bearer;
    }
  | AccessRefusal;

export const OPEN_ACCESS: AccessRule = { kind: 'open' };

/** The actor of calls without authentication. */
export const ANONYMOUS = 'anonymous';

/** Who has proved who it is, and by what. */
export type Bearer =
  | { readonly kind: 'bearer'; readonly token: AccessToken }
  | {
      readonly kind: 'certificate';
      readonly certificate: AccessCertificate;
      /** All names of the certificate that was shown. */
      readonly labels: readonly string[];
    };

/** Whose call it is: found out once, however many scopes it needs. */
export type CallerIdentity =
  | { readonly kind: 'anonymous' }
  | Bearer
  | Extract<AccessRefusal, { kind: 'unauthenticated' }>;

const NO_TOKEN = { kind: 'unauthenticated', why: 'no_token' } as const;

/**
 * Finds out whose call it is, of one without a token.
 *
 * @param labels the names in the certificate of the connection, which has been verified; `undefined` when there is none
 */
export function authenticateByCertificate(
  rule: AccessRule,
  labels: readonly string[] | undefined,
): CallerIdentity {
  if (rule.kind === 'open') return { kind: 'anonymous' };
  if (labels === undefined || rule.certificates === undefined) return NO_TOKEN;
  const certificate = findCertificate(rule.certificates, labels);
  return certificate
    ? { kind: 'certificate', certificate, labels }
    : { kind: 'unauthenticated', why: 'unknown_certificate', labels };
}

/**
 * Finds out whose call it is, by its token alone: with a wrong one it is nobody's, whatever certificate comes with it.
 *
 * @param presented the bearer token of the call, or `undefined` when it brought none
 */
export function authenticate(rule: AccessRule, presented: string | undefined): CallerIdentity {
  if (rule.kind === 'open') return { kind: 'anonymous' };
  if (presented === undefined) return NO_TOKEN;
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
    case 'bearer':
    case 'certificate': {
      const { name, scopes } = credentialOf(identity);
      if (includesScope(scopes, needed)) return { kind: 'granted', actor: name, bearer: identity };
      return identity.kind === 'bearer'
        ? { kind: 'forbidden', actor: name, needed }
        : { kind: 'forbidden', actor: name, needed, by: identity.kind };
    }
  }
}

/** What its rights come from. */
export function credentialOf(bearer: Bearer): AccessToken | AccessCertificate {
  return bearer.kind === 'bearer' ? bearer.token : bearer.certificate;
}

export function isBearer(identity: CallerIdentity): identity is Bearer {
  return identity.kind === 'bearer' || identity.kind === 'certificate';
}

/** The paths that a caller that may write the service may announce for it. */
export function routeRightsOf(rule: AccessRule, identity: CallerIdentity, serviceName: string): RouteRights {
  if (rule.kind === 'open') return { kind: 'any' };
  const ofCaller = isBearer(identity) ? credentialOf(identity).routes : undefined;
  const ofService = rule.routes?.get(serviceName);
  const named =
    ofCaller === undefined && ofService === undefined
      ? undefined
      : [...(ofCaller ?? []), ...(ofService ?? [])];
  return routeRights(named);
}

/** Looks at every token, whichever one matches, so that the time it takes says nothing of where or how nearly. */
function findToken(tokens: readonly AccessToken[], presented: string): AccessToken | undefined {
  const digest = secretDigest(presented);
  let found: AccessToken | undefined;
  for (const token of tokens) if (sameDigest(token.digest, digest)) found = token;
  return found;
}
