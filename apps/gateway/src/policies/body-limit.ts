import { gatewayError } from '../errors';
import type { Policy } from './policy';

/** A body that says how long it is is refused before it is sent; one that does not, as soon as it is too long. */
export const bodyLimitPolicy: Policy = {
  name: 'body_limit',
  compile({ policy: { bodyLimitBytes: limit } }) {
    if (limit === undefined) return undefined;
    return ({ headers }, decisions) => {
      decisions.maxBodyBytes = limit;
      return Number(headers.get('content-length') ?? 0) > limit
        ? { kind: 'refused', error: gatewayError('BODY_TOO_LARGE') }
        : undefined;
    };
  },
};
