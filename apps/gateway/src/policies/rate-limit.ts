import { gatewayError } from '../errors';
import type { RateLimitRule } from '../routing/policy-rules';
import type { Policy, PolicyContext, PolicyRequest } from './policy';
import { bucketAddress } from './bucket-address';
import type { RateVerdict } from './gcra';
import { createRateLimiter } from './rate-limiter';
import { shareOfRate } from './share-of-limits';
import type { PolicyDecisions } from './policy-decisions';

/** About 10 MiB for a route that is asked by that many. */
const MAX_BUCKETS = 50_000;

/** Whose requests are counted together, for the message. */
function countedFor(by: RateLimitRule['by']): string {
  switch (by) {
    case 'client':
      return 'this client';
    case 'key':
      return 'this API key';
    case 'route':
      return 'all clients of this route together';
    default:
      return `this value of the claim ${by.slice('claim:'.length)}`;
  }
}

export const rateLimitPolicy: Policy = {
  name: 'rate_limit',
  compile({ policy: { rateLimit: rule } }, context) {
    if (rule === undefined) return undefined;
    const quota = {
      requests: shareOfRate(rule.requests, context.sharedBy),
      perMs: rule.perSeconds * 1000,
      burst: shareOfRate(rule.burst, context.sharedBy),
    };
    const limiter = createRateLimiter(quota, MAX_BUCKETS);
    const name = JSON.stringify(rule.by);
    const advertised = `${name};q=${quota.requests};w=${rule.perSeconds}`;

    return (request, decisions, now) => {
      const verdict = limiter.take(keyOf(rule, request, decisions, context), now);
      decisions.responseEdits.push((headers) => {
        headers.set('RateLimit-Policy', advertised);
        headers.set('RateLimit', describe(name, verdict));
      });
      if (verdict.allowed) return undefined;
      const retryAfter = String(Math.max(1, wholeSeconds(verdict.retryAfterMs)));
      return {
        kind: 'refused',
        error: gatewayError('RATE_LIMITED', {
          headers: { 'Retry-After': retryAfter },
          message: `Rate limit exceeded: ${quota.requests} requests per ${rule.perSeconds} s for ${countedFor(rule.by)}; retry in ${retryAfter} s.`,
        }),
      };
    };
  },
};

function keyOf(
  { by }: RateLimitRule,
  request: PolicyRequest,
  decisions: PolicyDecisions,
  { clientOf }: PolicyContext,
): string {
  switch (by) {
    case 'client':
      return bucketAddress(clientOf(request));
    case 'key':
      return decisions.consumer ?? '';
    case 'route':
      return '';
    default:
      // The slash keeps values apart from addresses: of callers without the claim each address counts.
      return decisions.countedClaim === undefined
        ? bucketAddress(clientOf(request))
        : `/${decisions.countedClaim}`;
  }
}

/** draft-ietf-httpapi-ratelimit-headers-10 §4: `r` is what is left, `t` the seconds until all of it is there again. */
function describe(name: string, { remaining, resetMs }: RateVerdict): string {
  return `${name};r=${remaining};t=${wholeSeconds(resetMs)}`;
}

/** Rounded up, from microseconds: fractions of a clock's time add up to a little more than they should. */
function wholeSeconds(ms: number): number {
  return Math.ceil(Math.round(ms * 1000) / 1_000_000);
}
