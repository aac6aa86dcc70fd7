import Joi from 'joi';
import type { PolicyKey } from '../policy-key';

export interface GivenLocation {
  readonly location?: 'rewrite' | 'off';
}

export const locationKey: PolicyKey<GivenLocation> = {
  schema: {
    location: Joi.string()
      .valid('rewrite', 'off')
      .description(
        'rewrite: path_prefix is put back into Location, Content-Location and cookie paths, where strip_prefix or rewrite has hidden it from instances.',
      ),
  },
  over: ({ location }, { rewritesLocation }) => ({
    rewritesLocation: location === undefined ? rewritesLocation : location === 'rewrite' || undefined,
  }),
};
