import Joi from 'joi';
import type { PolicyKey } from '../policy-key';
import { durationMs } from './duration-ms';

export interface GivenTimeouts {
  readonly timeouts?: {
    /** Milliseconds to connect to an instance in. */
    readonly connect_ms?: number;
    /** Milliseconds for the answer to begin in. */
    readonly headers_ms?: number;
    /** Milliseconds of silence within a body. */
    readonly idle_ms?: number;
  };
}

export const timeoutsKey: PolicyKey<GivenTimeouts> = {
  schema: {
    timeouts: Joi.object({
      connect_ms: durationMs.description('To connect to an instance in. Default: CONNECT_TIMEOUT_MS.'),
      headers_ms: durationMs.description('For an answer to begin in, all attempts together.'),
      idle_ms: durationMs.description('The longest silence within a body, either way.'),
    }).min(1),
  },
  over: ({ timeouts }, beneath) => ({
    connectTimeoutMs: timeouts?.connect_ms ?? beneath.connectTimeoutMs,
    headersTimeoutMs: timeouts?.headers_ms ?? beneath.headersTimeoutMs,
    idleTimeoutMs: timeouts?.idle_ms ?? beneath.idleTimeoutMs,
  }),
};
