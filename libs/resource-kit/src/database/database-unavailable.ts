import { AppError } from '@rollcall/service-kit';

const CODE = 'DATABASE_UNAVAILABLE';
const RETRY_AFTER_SECONDS = 1;

/** The database cannot be used just now, and the same request may well succeed in a moment. */
export function databaseUnavailable(cause: unknown): AppError {
  return new AppError({
    code: CODE,
    status: 503,
    message: 'The database cannot be used just now; try again in a moment.',
    expose: true,
    headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
    cause,
  });
}

export function isDatabaseUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === CODE;
}
