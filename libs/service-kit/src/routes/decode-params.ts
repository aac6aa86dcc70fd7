import { AppError } from '../errors/app-error';

/**
 * A path's parameters, decoded.
 *
 * @throws AppError 400 `BAD_REQUEST`: one of them cannot be
 */
export function decodeParams(raw: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Object.values(raw).every((value) => !value.includes('%'))) return raw;
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, decode(value)]));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new AppError({
      code: 'BAD_REQUEST',
      status: 400,
      message: `"${text}" in the path cannot be decoded.`,
      cause,
    });
  }
}
