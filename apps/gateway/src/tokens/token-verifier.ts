import type * as Jose from 'jose';
import type { TokenFault, TokenVerdict, TokenVerifier } from '../policies/policy';
import type { JwtIssuer, JwtRule } from '../routing/policy-rules';
import type { KeySource } from './key-source';
import type { SigningKey } from './signing-keys';
import { readToken, type TokenHead } from './token-head';

export interface TokenVerifierOptions {
  readonly sourceOf: (issuer: JwtIssuer) => KeySource | undefined;
  readonly failures: TokenVerifier['failures'];
  /** Wall clock, milliseconds. */
  readonly wallClock: () => number;
  /** Verifications at a time; more are answered with 503. Too low refuses a burst of new tokens; too high queues them. */
  readonly maxUnderWay?: number;
  /** Requests that may wait for an issuer's keys; apart from the above, or a slow issuer would stop all others. */
  readonly maxWaiting?: number;
}

const BUSY: TokenVerdict = { kind: 'busy' };
const NO_KEYS: TokenVerdict = { kind: 'no-keys' };

/** Loaded by the first token: most gateways have no use for it, and it takes longer to load than all the rest of a gateway's core. */
let jose: Promise<typeof Jose> | undefined;

export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { sourceOf, failures, wallClock, maxUnderWay = 64, maxWaiting = 1000 } = options;
  let underWay = 0;
  let waiting = 0;

  /** The key of a token, or what to say without it. */
  async function keyFor(head: TokenHead, source: KeySource): Promise<SigningKey | TokenVerdict> {
    const known = source.find(head);
    if (known !== undefined) return known;
    const refreshed = source.refresh();
    if (refreshed !== undefined) {
      if (waiting >= maxWaiting) return BUSY;
      waiting += 1;
      await refreshed;
      waiting -= 1;
    }
    return source.find(head) ?? (source.isAvailable ? invalid('signature') : NO_KEYS);
  }

  async function check(
    token: string,
    key: SigningKey,
    issuer: JwtIssuer,
    rule: JwtRule,
  ): Promise<TokenVerdict> {
    if (underWay >= maxUnderWay) return BUSY;
    underWay += 1;
    try {
      const { jwtVerify } = await (jose ??= import('jose'));
      const now = wallClock();
      const { payload } = await jwtVerify(token, key.key, optionsFor(issuer, rule, now)).catch(faultOf);
      if (typeof payload === 'string') return invalid(payload);
      const { exp = 0 } = payload;
      return { kind: 'valid', claims: payload, expiresInMs: exp * 1000 - now, key };
    } finally {
      underWay -= 1;
    }
  }

  return {
    failures,
    async verify(token, rule) {
      const head = readToken(token);
      if (head === undefined) return invalid('malformed');
      // Before keys are looked for: a token of somebody else must not have them fetched.
      const issuer = rule.issuers.find((one) => one.issuer === head.iss);
      if (issuer === undefined) return invalid('issuer');
      if (!issuer.algorithms.some((one) => one === head.alg)) return invalid('signature');
      const source = sourceOf(issuer);
      if (source === undefined) return NO_KEYS;
      const key = await keyFor(head, source);
      return 'kind' in key ? key : check(token, key, issuer, rule);
    },
  };
}

function invalid(reason: TokenFault): TokenVerdict {
  return { kind: 'invalid', reason };
}

function optionsFor(issuer: JwtIssuer, rule: JwtRule, now: number): Jose.JWTVerifyOptions {
  return {
    algorithms: [...issuer.algorithms],
    issuer: issuer.issuer,
    ...(rule.audience !== undefined && { audience: [...rule.audience] }),
    clockTolerance: rule.clockToleranceSeconds,
    // Without `exp` a token that was stolen once would be good for ever.
    requiredClaims: ['exp', ...rule.requiredClaims],
    currentDate: new Date(now),
  };
}

/** Why jose does not take a token, by the codes of its errors. */
function faultOf(error: unknown): { readonly payload: TokenFault } {
  if (!(error instanceof Error) || !('code' in error)) return { payload: 'signature' };
  switch (error.code) {
    case 'ERR_JWT_EXPIRED':
      return { payload: 'expired' };
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      return { payload: claimFault('claim' in error ? error.claim : undefined) };
    case 'ERR_JWS_INVALID':
    case 'ERR_JWT_INVALID':
      return { payload: 'malformed' };
    default:
      return { payload: 'signature' };
  }
}

function claimFault(claim: unknown): TokenFault {
  if (claim === 'aud') return 'audience';
  if (claim === 'iss') return 'issuer';
  return claim === 'nbf' ? 'not-yet' : 'claims';
}
