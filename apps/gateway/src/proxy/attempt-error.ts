import { gatewayError } from '../errors';
import type { AppError } from '@rollcall/service-kit';
import type { AttemptFailure } from '../ports/transport';

/** What the caller is told when an attempt has failed and there is no other. */
export function attemptError({ outcome, error }: Pick<AttemptFailure, 'outcome' | 'error'>): AppError {
  const cause = { cause: error };
  switch (outcome) {
    case 'refused':
      return gatewayError('UPSTREAM_REFUSED', cause);
    case 'unreachable':
      return gatewayError(isTimeout(error) ? 'UPSTREAM_CONNECT_TIMEOUT' : 'UPSTREAM_UNREACHABLE', cause);
    case 'unprocessed':
      return gatewayError('SERVICE_OVERLOADED', {
        ...cause,
        message: 'The service has handed the request back unprocessed; retry later.',
        headers: { 'Retry-After': '1' },
      });
    case 'reset-before-response':
    case 'downstream-aborted':
      return gatewayError('UPSTREAM_RESET', cause);
    case 'bad-response':
      return gatewayError('UPSTREAM_BAD_RESPONSE', {
        ...cause,
        message: `The service's answer was refused: ${reasonOf(error)}.`,
      });
    case 'headers-timeout':
      return gatewayError('UPSTREAM_TIMEOUT', cause);
    // Before an answer it is the request's body that did not go on.
    case 'body-idle-timeout':
      return gatewayError('UPSTREAM_TIMEOUT', {
        ...cause,
        message: 'The service stopped taking the body of the request.',
      });
    case 'overloaded':
      return gatewayError('SERVICE_OVERLOADED', {
        ...cause,
        message: 'The instances of the service take no more requests at once over HTTP/2; retry later.',
        headers: { 'Retry-After': '1' },
      });
    case 'unsendable':
      return gatewayError('BAD_REQUEST', cause);
    default:
      return assertNever(outcome);
  }
}

/** What of the answer could not be read, in words that are for the caller too. */
function reasonOf(error: Error): string {
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : 'it cannot be passed on';
}

function isTimeout(error: Error): boolean {
  return 'code' in error && error.code === 'ETIMEDOUT';
}

/** Reached only when a union has grown and a switch has not. */
function assertNever(value: never): never {
  throw new Error(`unforeseen: ${JSON.stringify(value)}`);
}
