import { REGISTRY_ERROR } from '@rollcall/contracts';
import { AppError } from '@rollcall/service-kit';

/** Errors of a registry that is one of several: the caller asks another one. */

/** This replica has not been told yet of what the caller asks for. */
export function registryBehind(cause?: unknown): AppError {
  return new AppError({
    code: REGISTRY_ERROR.registryBehind,
    status: 503,
    message:
      'This registry has not seen yet what other registries have made known. Ask another one, or this one again in a moment.',
    expose: true,
    headers: { 'Retry-After': '1' },
    cause,
  });
}
