import Joi from 'joi';
import type { RateLimitRule } from '../../routing/policy-rules';
import type { PolicyKey } from '../policy-key';
import { orOff, overOrOff, type OrOff } from './key-schemas';

export interface GivenRateLimit {
  readonly rate_limit?: OrOff<{
    readonly requests: number;
    readonly per_seconds?: number;
    readonly burst?: number;
    readonly by?: RateLimitRule['by'];
  }>;
}

const count = Joi.number().integer().min(1).max(10_000_000);

export const rateLimitKey: PolicyKey<GivenRateLimit> = {
  schema: {
    rate_limit: orOff(
      Joi.object({
        requests: count
          .required()
          .description('How many requests are allowed per per_seconds; the token bucket refills evenly.'),
        per_seconds: Joi.number().integer().min(1).max(86_400).description('Default 1.'),
        burst: count.description(
          'The size of the token bucket: how many may come at once. Default: requests.',
        ),
        by: Joi.string()
          .pattern(/^(client|key|route|claim:[\x21-\x7e]{1,128})$/)
          .messages({
            'string.pattern.base': '{{#label}} must be client, key, route, or claim: and the name of a claim',
          })
          .description(
            'Counted for each client address (client, the default), for each API key (key), for each value of a claim of the token (claim:sub), or for all callers of the route together (route).',
          ),
      }),
      'a map: { requests: 20, per_seconds: 1 }',
    ).description('429 beyond it. Divided among the workers of one gateway; each gateway counts for itself.'),
  },
  over: ({ rate_limit: given }, { rateLimit }) => ({
    rateLimit: overOrOff(
      given,
      rateLimit,
      ({ requests, per_seconds: perSeconds = 1, burst, by = 'client' }) => ({
        requests,
        perSeconds,
        burst: burst ?? requests,
        by,
      }),
    ),
  }),
};
