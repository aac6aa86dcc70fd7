import { AppError } from '../errors/app-error';

/** 405 with `Allow` (RFC 9110 §15.5.6). */
export function methodNotAllowed(method: string, allowed: readonly string[]): AppError {
  return new AppError({
    code: 'METHOD_NOT_ALLOWED',
    status: 405,
    message: `${method} is not possible here; ${allowed.join(', ')} ${allowed.length === 1 ? 'is' : 'are'}.`,
    headers: { Allow: allowed.join(', ') },
  });
}
