import type { AppError } from '@rollcall/service-kit';
import type { HeaderList } from '../headers/header-list';
import type { RequestFacts } from '../headers/request-passes';
import type { RequestTarget } from '../routing/request-target';
import type { JwtRule } from '../routing/policy-rules';
import type { Route } from '../routing/route';
import type { PolicyDecisions } from './policy-decisions';
import type { RateLimiter } from './rate-limiter';

/**
 * One thing that a route may ask for all of its requests. Compiled once, when the route comes into force; `undefined`
 * where the route asks for nothing of it, so that a route without it has no cost.
 */
export interface Policy {
  /** As `/routes` and `/explain` show it, and as refusals are counted. */
  readonly name: string;
  compile(route: Route, context: PolicyContext): PolicyPass | undefined;
}

export interface PolicyContext {
  /** Whom a request is from, as far as this gateway believes what it is told. */
  readonly clientOf: (request: PolicyRequest) => string;
  /** How many processes share what a route allows: each of them allows its part. */
  readonly sharedBy: number;
  readonly tokens: TokenVerifier;
}

/** What verifies the JSON Web Tokens of all routes. */
export interface TokenVerifier {
  verify(token: string, rule: JwtRule): Promise<TokenVerdict>;
  /** The clients whose tokens were refused: whoever guesses at tokens must not take the processor. */
  readonly failures: RateLimiter;
}

export type TokenVerdict =
  | {
      readonly kind: 'valid';
      readonly claims: Readonly<Record<string, unknown>>;
      /** Milliseconds until it expires. */
      readonly expiresInMs: number;
      /** The key that it is signed with. */
      readonly key: { readonly isGone: boolean };
    }
  | { readonly kind: 'invalid'; readonly reason: TokenFault }
  /** The issuer's keys are not known. */
  | { readonly kind: 'no-keys' }
  /** Too many tokens are being verified. */
  | { readonly kind: 'busy' };

/** Why a token is not valid, as far as its bearer may know. */
export type TokenFault = 'malformed' | 'signature' | 'issuer' | 'audience' | 'expired' | 'not-yet' | 'claims';

/** What policies see of a request. Read, never written. */
export interface PolicyRequest {
  readonly method: string;
  readonly target: RequestTarget;
  readonly headers: HeaderList;
  readonly facts: RequestFacts;
}

/**
 * Looks at one request before it is sent to an instance: answers it, or writes into the decisions what is to be done with it.
 * At once where it can: a promise has its price on every request.
 *
 * @param now milliseconds, monotonic
 */
export type PolicyPass = (
  request: PolicyRequest,
  decisions: PolicyDecisions,
  now: number,
) => GatewayAnswer | undefined | Promise<GatewayAnswer | undefined>;

/** The gateway's own answer, in place of an instance's. */
export type GatewayAnswer =
  | { readonly kind: 'refused'; readonly error: AppError }
  | {
      readonly kind: 'answered';
      readonly status: 204;
      readonly headers: Readonly<Record<string, string>>;
    };
