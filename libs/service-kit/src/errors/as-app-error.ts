import { AppError } from './app-error';

/** Any thrown thing as an AppError; an unexpected one is a 500 whose message is not shown to the caller. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isHttpError(error))
    return new AppError({ code: 'BAD_REQUEST', status: error.status, message: error.message, cause: error });
  return new AppError({
    code: 'INTERNAL_ERROR',
    status: 500,
    message: 'Something went wrong here.',
    cause: error,
  });
}

/** The http-errors package's shape, as Express's router (a malformed `%`) throws it. */
function isHttpError(error: unknown): error is Error & { status: number } {
  return (
    error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500
  );
}
