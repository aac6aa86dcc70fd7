import Joi from 'joi';
import { GRPC_STATUSES, type GrpcStatusName } from '../../grpc/grpc-status';
import type { PolicyKey } from '../policy-key';
import { durationMs, orOff, overOrOff, type OrOff } from './key-schemas';

export interface GivenRetries {
  readonly retries?: {
    /** Attempts altogether; 1 never retries. */
    readonly attempts?: number;
    /** Milliseconds for one attempt's answer to begin in, while another instance could be asked instead. */
    readonly attempt_timeout_ms?: number;
    /** Requests that bear an Idempotency-Key are sent again after bytes went out, whatever their method. */
    readonly idempotency_key?: boolean;
    /** Statuses of gRPC with which the service says that a call has had no effect. */
    readonly grpc_status?: OrOff<readonly Exclude<GrpcStatusName, 'OK'>[]>;
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
      grpc_status: orOff(
        Joi.array()
          .items(Joi.string().valid(...Object.keys(GRPC_STATUSES).filter((name) => name !== 'OK')))
          .min(1)
          .unique(),
        'a list of statuses of gRPC, such as [UNAVAILABLE]',
      ).description(
        'A gRPC call that an instance answers so, before any message, is sent to another instance: the service has done nothing of it then. Calls whose messages take more than 64 KiB until then are sent once.',
      ),
    }).min(1),
  },
  over: ({ retries }, beneath) => ({
    maxAttempts: retries?.attempts ?? beneath.maxAttempts,
    attemptTimeoutMs: retries?.attempt_timeout_ms ?? beneath.attemptTimeoutMs,
    retryByKey: retries?.idempotency_key ?? beneath.retryByKey,
    retryGrpcStatuses: overOrOff(retries?.grpc_status, beneath.retryGrpcStatuses, (names) =>
      names.map((name) => GRPC_STATUSES[name]),
    ),
  }),
};
