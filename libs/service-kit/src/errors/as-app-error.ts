import { AppError } from './app-error';

/** Codes of what body-parser and Express refuse, by the `type` of their http-errors. */
const PARSER_CODES: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'MALFORMED_JSON',
  'entity.too.large': 'BODY_TOO_LARGE',
  'encoding.unsupported': 'UNSUPPORTED_MEDIA_TYPE',
  'charset.unsupported': 'UNSUPPORTED_MEDIA_TYPE',
  'request.aborted': 'REQUEST_ABORTED',
  'request.size.invalid': 'REQUEST_SIZE_INVALID',
};

/** Any thrown thing as an AppError; what nobody foresaw is a 500 whose message stays inside. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isHttpError(error)) {
    const code = PARSER_CODES[error.type ?? ''] ?? 'BAD_REQUEST';
    return new AppError({ code, status: error.status, message: error.message, cause: error });
  }
  return new AppError({
    code: 'INTERNAL_ERROR',
    status: 500,
    message: 'Something went wrong here.',
    cause: error,
  });
}

/** The http-errors package's shape, as body-parser and Express's router (a malformed `%`) throw it. */
function isHttpError(error: unknown): error is Error & { status: number; type?: string } {
  return (
    error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500
  );
}
