import Joi from 'joi';
import type { PolicyKey } from '../policy-key';
import { orOff, overOrOff, type OrOff } from './or-off';

export interface GivenBodyLimit {
  readonly body_limit_bytes?: OrOff<number>;
}

export const bodyLimitKey: PolicyKey<GivenBodyLimit> = {
  schema: {
    body_limit_bytes: orOff(
      Joi.number()
        .integer()
        .min(0)
        .max(2 ** 50),
      'a number of bytes, such as 1048576',
    ).description('The longest request body that is taken; 413 beyond it. Without it any length is.'),
  },
  over: ({ body_limit_bytes: given }, { bodyLimitBytes }) => ({
    bodyLimitBytes: overOrOff(given, bodyLimitBytes, (bytes) => bytes),
  }),
};
