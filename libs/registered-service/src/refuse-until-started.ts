import { AppError } from '@rollcall/service-kit';
import type { RequestHandler } from 'express';

const RETRY_AFTER_SECONDS = 1;

/** Keeps requests from a service that does not have yet what it serves them with. */
export function refuseUntilStarted(hasStarted: () => boolean): RequestHandler {
  return (_req, _res, next) => {
    if (!hasStarted()) throw serviceStarting();
    next();
  };
}

function serviceStarting(): AppError {
  return new AppError({
    code: 'SERVICE_STARTING',
    status: 503,
    message: 'This instance is still starting; try again in a moment.',
    expose: true,
    headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
  });
}
