import { AppError } from '@rollcall/service-kit';
import Joi from 'joi';
import type { IncomingHttpHeaders } from 'node:http';

/** 1–255 visible ASCII characters: long enough for every UUID and every quoted string, short enough for an index. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** Headers of an idempotent creation, for its OpenAPI document. */
export const idempotencyHeaders = Joi.object({
  'Idempotency-Key': Joi.string()
    .pattern(KEY)
    .description('Within 24 h, the same request under the same key is done once and answered the same again'),
});

/**
 * The caller's `Idempotency-Key`, or `undefined` when it sent none. Kept as it is written, quotes included
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ quotes it, most callers do not).
 *
 * @throws AppError 400 `VALIDATION_FAILED` when it cannot be one
 */
export function idempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const given = headers['idempotency-key'];
  if (given === undefined) return undefined;
  if (typeof given === 'string' && KEY.test(given)) return given;
  const message = 'Idempotency-Key must be 1 to 255 visible ASCII characters';
  throw new AppError({
    code: 'VALIDATION_FAILED',
    status: 400,
    message: `The header has a fault: ${message}.`,
    faults: [{ path: 'Idempotency-Key', message }],
  });
}

/** The answer to a key that was used before with another body; the draft's §2.7 asks for this status. */
export function idempotencyKeyReused(): AppError {
  return new AppError({
    code: 'IDEMPOTENCY_KEY_REUSED',
    status: 422,
    message: 'This Idempotency-Key was used for another request; each request needs one of its own.',
  });
}
