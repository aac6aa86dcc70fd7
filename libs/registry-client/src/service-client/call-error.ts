import { isNativeError } from 'node:util/types';
import { AxiosError, type InternalAxiosRequestConfig } from 'axios';
import type { Outcome } from '@rollcall/load-balancing';
import { SERVICE_CLIENT_ERROR, type ServiceClientErrorCode } from './service-client-error';

/** A failure of a service client as callers of axios expect it: an `AxiosError` with a stable code and its cause. */
export function callError(
  code: ServiceClientErrorCode,
  message: string,
  config: InternalAxiosRequestConfig,
  cause?: unknown,
): AxiosError {
  const request: unknown = cause instanceof AxiosError ? cause.request : undefined;
  const error = new AxiosError(message, code, config, request);
  if (cause !== undefined) error.cause = toError(cause);
  return error;
}

/** The code for a call whose last attempt ended like this. */
export function codeOfOutcome(outcome: FailedOutcome): ServiceClientErrorCode {
  switch (outcome) {
    case 'refused':
    case 'unreachable':
      return SERVICE_CLIENT_ERROR.unreachable;
    case 'reset-before-response':
      return SERVICE_CLIENT_ERROR.reset;
    case 'bad-response':
      return SERVICE_CLIENT_ERROR.badResponse;
    case 'headers-timeout':
    case 'body-idle-timeout':
      return SERVICE_CLIENT_ERROR.timedOut;
    case 'overloaded':
      return SERVICE_CLIENT_ERROR.overloaded;
  }
}

/** An abort is the caller's own, and is told as axios tells it. */
export type FailedOutcome = Exclude<Outcome, 'response' | 'downstream-aborted'>;

function toError(cause: unknown): Error {
  return isNativeError(cause) ? cause : new Error(String(cause));
}
