import { AppError } from '@rollcall/service-kit';
import type { AccessRefusal } from './authorise';
import type { NeededScope } from './scope';

/** A refusal as an answer: 401 when a token would help (RFC 9110 §15.5.2), 403 when another one would. */
export function accessError(refusal: AccessRefusal): AppError {
  switch (refusal.kind) {
    case 'unauthenticated':
      return new AppError({
        code: 'UNAUTHORIZED',
        status: 401,
        message:
          refusal.why === 'no_token'
            ? 'This registry requires a token: send Authorization: Bearer <token>.'
            : 'This token is not known to this registry. Send one from its tokens file, or REGISTRY_TOKEN.',
        headers: { 'WWW-Authenticate': refusal.why === 'no_token' ? CHALLENGE : INVALID_TOKEN },
      });
    case 'forbidden':
      return new AppError({
        code: 'FORBIDDEN',
        status: 403,
        message: `The token of "${refusal.actor}" lacks the scope ${describeScope(refusal.needed)}. Add it in the tokens file, or use another token.`,
        headers: { 'WWW-Authenticate': insufficientScope(refusal.needed) },
      });
  }
}

/** RFC 6750 §3.1: without a token the challenge has no error code. */
const CHALLENGE = 'Bearer realm="rollcall"';
const INVALID_TOKEN = `${CHALLENGE}, error="invalid_token"`;

function insufficientScope(needed: NeededScope): string {
  const error = `${CHALLENGE}, error="insufficient_scope"`;
  // A name that has not been validated yet must not end the quotes, or the header.
  return /^[A-Za-z0-9._:*-]+$/.test(needed) ? `${error}, scope="${needed}"` : error;
}

function describeScope(needed: NeededScope): string {
  return needed === 'write' ? 'write:<service>' : needed;
}
