import Joi from 'joi';
import type { PolicyKey } from '../policy-key';
import { durationMs } from './key-schemas';

export interface GivenRetries {
  readonly retries?: {
    /** Attempts altogether; 1 never retries. */
    readonly attempts?: number;
    /** Milliseconds for one attempt's answer to begin in, while another instance could be asked instead. */
    readonly attempt_timeout_ms?: number;
    /** Requests that bear an Idempotency-Key are sent again after bytes went out, whatever their method. */
    readonly idempotency_key?: boolean;
  };
}

export const retriesKey: PolicyKey<GivenRetries> = {
  schema: {
    retries: Joi.object({
      attempts: Joi.number().integer().min(1).max(10).description('Altogether; 1 never retries.'),
      attempt_timeout_ms: durationMs.description(
        'For one answer to begin in, while another instance could be asked instead.',
      ),
      idempotency_key: Joi.boolean().description(
        'The service handles a request with an Idempotency-Key only once, so that it may be retried. Bodies up to 64 KiB are read before they are sent, longer ones are sent once.',
      ),
    }).min(1),
  },
  over: ({ retries }, beneath) => ({
    maxAttempts: retries?.attempts ?? beneath.maxAttempts,
    attemptTimeoutMs: retries?.attempt_timeout_ms ?? beneath.attemptTimeoutMs,
    retryByKey: retries?.idempotency_key ?? beneath.retryByKey,
  }),
};
