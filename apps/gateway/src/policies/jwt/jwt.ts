import { gatewayError, type GatewayErrorCode } from '../../errors';
import type { JwtRule } from '../../routing/policy-rules';
import { routeName } from '../../routing/route';
import { bucketAddress } from '../bucket-address';
import type { GatewayAnswer, Policy, PolicyContext, PolicyPass, PolicyRequest, TokenFault } from '../policy';
import type { PolicyDecisions } from '../policy-decisions';
import { createFindToken, type PresentedToken } from './presented-token';
import { identityOf, type TokenIdentity } from './token-identity';
import { createVerifiedTokens, tokenDigest } from './verified-tokens';

/** Takes requests that bear a JSON Web Token of an issuer that the route names; answers others by RFC 6750 §3. */
export const jwtPolicy: Policy = {
  name: 'jwt',
  compile(route, context) {
    const { jwt: rule, rateLimit } = route.policy;
    if (rule === undefined) return undefined;
    const counted = rateLimit?.by.startsWith('claim:') ? rateLimit.by.slice('claim:'.length) : undefined;
    return createPass(rule, { ...context, realm: routeName(route), counted });
  },
};

interface PassOptions extends Pick<PolicyContext, 'clientOf' | 'tokens'> {
  readonly realm: string;
  /** The claim that requests are counted by. */
  readonly counted: string | undefined;
}

function createPass(rule: JwtRule, { clientOf, tokens, realm, counted }: PassOptions): PolicyPass {
  const findToken = createFindToken(rule.from, rule.keepsToken);
  const verified = createVerifiedTokens<TokenIdentity>();
  const refuse = createRefusals(rule, realm);

  function admit(
    { headers, countedClaim, isInScope }: TokenIdentity,
    presented: PresentedToken,
    decisions: PolicyDecisions,
  ): GatewayAnswer | undefined {
    if (!isInScope) return refuse.outOfScope();
    decisions.countedClaim = countedClaim;
    presented.takeOff(decisions);
    if (headers.length > 0)
      decisions.requestEdits.push((fields) => {
        for (const [name, value] of headers) fields.set(name, value);
      });
    return undefined;
  }

  /** Not in the cache. @param now when the request came */
  async function verify(
    presented: PresentedToken,
    digest: string,
    request: PolicyRequest,
    decisions: PolicyDecisions,
    now: number,
  ): Promise<GatewayAnswer | undefined> {
    const { token } = presented;
    const client = bucketAddress(clientOf(request));
    if (tokens.failures.isEmpty(client, now)) return refuse.tooManyFailures();
    const verdict = await tokens.verify(token, rule);
    if (verdict.kind === 'busy') return refuse.unavailable('JWT_VERIFIER_OVERLOADED');
    if (verdict.kind === 'no-keys') return refuse.unavailable('JWT_KEYS_UNAVAILABLE');
    const identity = verdict.kind === 'valid' ? identityOf(verdict.claims, rule, counted) : undefined;
    if (verdict.kind === 'invalid' || identity === undefined) {
      tokens.failures.take(client, now);
      return refuse.invalid(verdict.kind === 'invalid' ? verdict.reason : 'claims');
    }
    verified.keep(digest, identity, verdict, now);
    return admit(identity, presented, decisions);
  }

  return (request, decisions, now) => {
    const presented = findToken(request);
    if (presented === 'none') return rule.isOptional ? undefined : refuse.missing();
    if (presented === 'several') return refuse.several();
    const digest = tokenDigest(presented.token);
    const known = verified.find(digest, now);
    return known === undefined
      ? verify(presented, digest, request, decisions, now)
      : admit(known, presented, decisions);
  };
}

/** What a bearer may know of it. Nothing is said of keys. */
const WHY: Readonly<Record<TokenFault, string>> = {
  malformed: 'it is not a signed token of three parts',
  signature: 'its signature cannot be verified',
  issuer: 'its issuer is not accepted on this route',
  audience: 'it is for another audience',
  expired: 'it has expired',
  'not-yet': 'it is not valid yet',
  claims: 'a claim that this route needs is missing or cannot be used',
};

/** The answers of one route. */
function createRefusals({ scopes }: JwtRule, realmName: string) {
  const realm = `Bearer realm=${JSON.stringify(realmName)}`;
  const scope = JSON.stringify(scopes.join(' '));

  function refused(
    code: GatewayErrorCode,
    headers: Readonly<Record<string, string>>,
    message?: string,
  ): GatewayAnswer {
    return {
      kind: 'refused',
      error: gatewayError(code, { headers, ...(message !== undefined && { message }) }),
    };
  }

  return {
    missing: () => refused('JWT_REQUIRED', { 'WWW-Authenticate': realm }),
    several: () => refused('JWT_AMBIGUOUS', { 'WWW-Authenticate': `${realm}, error="invalid_request"` }),
    invalid: (reason: TokenFault) =>
      refused(
        'JWT_INVALID',
        { 'WWW-Authenticate': `${realm}, error="invalid_token"` },
        `Invalid token: ${WHY[reason]}.`,
      ),
    outOfScope: () =>
      refused(
        'JWT_INSUFFICIENT_SCOPE',
        { 'WWW-Authenticate': `${realm}, error="insufficient_scope", scope=${scope}` },
        `The token lacks a scope that this route requires: ${scopes.join(' ')}.`,
      ),
    tooManyFailures: () => refused('JWT_TOO_MANY_FAILURES', { 'Retry-After': '1' }),
    unavailable: (code: 'JWT_KEYS_UNAVAILABLE' | 'JWT_VERIFIER_OVERLOADED') =>
      refused(code, { 'Retry-After': '1' }),
  };
}
