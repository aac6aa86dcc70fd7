import { STATUS_CODES } from 'node:http';
import type { Problem } from '@rollcall/contracts';
import type { AppError } from './app-error';

/** The problem+json body (RFC 9457) of an error. What may not be exposed says only that it failed. */
export function toProblem(error: AppError, context?: { requestId: string; path: string }): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    code: error.code,
    detail: error.expose ? error.message : 'Something went wrong here; the log has it under this request id.',
    ...(context ? { instance: context.path, request_id: context.requestId } : {}),
    ...(error.faults.length > 0 ? { faults: error.faults } : {}),
  };
}
