import { REGISTRY_ERROR } from '@rollcall/contracts';
import { AppError } from '@rollcall/service-kit';

/** The registry's own errors: what a call can come to, besides the kit's faults of form. */

export function instanceNotFound(): AppError {
  return new AppError({
    code: REGISTRY_ERROR.instanceNotFound,
    status: 404,
    message: 'No such instance is registered. Register again.',
  });
}

export function epochMismatch(epoch: number): AppError {
  return new AppError({
    code: REGISTRY_ERROR.epochMismatch,
    status: 409,
    message: `Another life of this registration is listed, of epoch ${epoch}.`,
  });
}

export function instanceIdTaken(instanceId: string, by: string): AppError {
  return new AppError({
    code: REGISTRY_ERROR.instanceIdTaken,
    status: 409,
    message: `The instance_id "${instanceId}" belongs to an instance of the service "${by}".`,
  });
}

/** @param retryAfterSeconds leases end all the time: a later attempt may find room */
export function catalogFull(
  of: 'instances' | 'services',
  bound: number,
  retryAfterSeconds: number,
): AppError {
  const variable = of === 'instances' ? 'MAX_INSTANCES' : 'MAX_SERVICES';
  return new AppError({
    code: REGISTRY_ERROR.catalogFull,
    status: 429,
    message: `This registry lists ${bound} ${of} and takes no more (${variable}).`,
    headers: { 'Retry-After': String(retryAfterSeconds) },
  });
}

export function tooManyWatchers(bound: number, retryAfterSeconds: number): AppError {
  return new AppError({
    code: 'TOO_MANY_WATCHERS',
    status: 429,
    message: `This registry serves ${bound} watchers and takes no more (MAX_WATCHERS).`,
    headers: { 'Retry-After': String(retryAfterSeconds) },
  });
}

/** This process is going; another one, or the next one, will answer. */
export function registryClosing(): AppError {
  return new AppError({
    code: 'REGISTRY_CLOSING',
    status: 503,
    message: 'This registry is shutting down.',
    expose: true,
    headers: { 'Retry-After': '1' },
  });
}

/** Others changed the same records again and again while a call tried to. */
export function catalogContended(): AppError {
  return new AppError({
    code: 'CATALOG_CONTENDED',
    status: 503,
    message: 'Too many changes to the same instance at once. Try again.',
    expose: true,
    headers: { 'Retry-After': '1' },
  });
}
