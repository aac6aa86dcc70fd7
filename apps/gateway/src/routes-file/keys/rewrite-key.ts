import Joi from 'joi';
import { pathPrefixSchema } from '@rollcall/contracts';
import type { PolicyKey } from '../policy-key';
import { orOff, overOrOff, type OrOff } from './or-off';

export interface GivenRewrite {
  readonly rewrite?: OrOff<{ readonly prefix: string }>;
}

export const rewriteKey: PolicyKey<GivenRewrite> = {
  schema: {
    rewrite: orOff(
      Joi.object({
        prefix: pathPrefixSchema
          .required()
          .description('Takes the place of path_prefix in what instances are asked for.'),
      }),
      'a map: { prefix: /orders }',
    ).description('Another path for the instances. Not together with strip_prefix.'),
  },
  over: ({ rewrite }, { rewritePrefix }) => ({
    rewritePrefix: overOrOff(rewrite, rewritePrefix, ({ prefix }) => prefix),
  }),
};
