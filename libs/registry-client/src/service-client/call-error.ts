import { isNativeError } from 'node:util/types';
import type { Instance } from '@rollcall/contracts';
import type { Outcome } from '@rollcall/load-balancing';
import { AxiosError, CanceledError, type InternalAxiosRequestConfig } from 'axios';
import { failureOfError } from '../registry/registry-failure';
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
  if (cause !== undefined) error.cause = isNativeError(cause) ? cause : new Error(String(cause));
  return error;
}

/** The error of a call whose last attempt, to this instance, ended without an answer. */
export function attemptError(
  { outcome, error }: { readonly outcome: Exclude<Outcome, 'response'>; readonly error: unknown },
  config: InternalAxiosRequestConfig,
  { service_name: serviceName, url }: Instance,
): AxiosError {
  // The caller's own abort, as axios reports it.
  if (outcome === 'downstream-aborted') return new CanceledError(undefined, config);
  const message = `${serviceName} at ${url}: ${failureOfError(error).message}`;
  return callError(CODES[outcome], message, config, error);
}

const CODES: Readonly<Record<Exclude<Outcome, 'response' | 'downstream-aborted'>, ServiceClientErrorCode>> = {
  refused: SERVICE_CLIENT_ERROR.unreachable,
  unreachable: SERVICE_CLIENT_ERROR.unreachable,
  unprocessed: SERVICE_CLIENT_ERROR.unreachable,
  'reset-before-response': SERVICE_CLIENT_ERROR.reset,
  'bad-response': SERVICE_CLIENT_ERROR.badResponse,
  'headers-timeout': SERVICE_CLIENT_ERROR.timedOut,
  'body-idle-timeout': SERVICE_CLIENT_ERROR.timedOut,
  overloaded: SERVICE_CLIENT_ERROR.overloaded,
};
