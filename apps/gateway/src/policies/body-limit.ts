import { gatewayError } from '../errors';
import type { Policy } from './policy';

/** The limit on request bodies. A body with Content-Length is refused before it is sent, any other as soon as it is too long. */
export const bodyLimitPolicy: Policy = {
  name: 'body_limit',
  compile({ policy: { bodyLimitBytes: limit } }) {
    if (limit === undefined) return undefined;
    return ({ headers }, decisions) => {
      decisions.maxBodyBytes = limit;
      const length = Number(headers.get('content-length') ?? 0);
      if (length <= limit) return undefined;
      const message = `Request body too large: ${length} bytes, and the limit of this route is ${limit}; send a smaller one.`;
      return { kind: 'refused', error: gatewayError('BODY_TOO_LARGE', { message }) };
    };
  },
};
