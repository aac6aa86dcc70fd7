import { Readable } from 'node:stream';
import { ForbiddenAddressError, type AddressGuard } from '@rollcall/address-guard';
import type { TIMEOUT_HEADER as TimeoutHeader } from '@rollcall/contracts';
import type { Outcome } from '@rollcall/load-balancing';
import axios, { AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { tell } from '../registry/tell';
import { afterReads } from '../registry/wait';
import { attemptErrorType, type AttemptErrorType } from './attempt-error-type';
import { bodyLimits, excessOf, type BodyLimits } from './body-limits';
import type { Upstream } from './upstream';
import { createWireTap, type WireTap } from './wire-tap';

/** What holds for every attempt of a service client. */
export interface AttemptRules {
  readonly guard: AddressGuard;
  readonly connectTimeoutMs: number;
  readonly limits: BodyLimits;
  readonly onAttempt: ((attempt: CallAttempt) => void) | undefined;
}

/** What became of one attempt at an instance. */
export interface CallAttempt {
  readonly serviceName: string;
  readonly instanceId: string;
  /** In capitals. */
  readonly method: string;
  /** The status of the answer, or in a word why there was none. */
  readonly result: number | AttemptErrorType;
  /** Milliseconds until the answer began, or the attempt failed. */
  readonly durationMs: number;
}

interface AttemptRequest {
  /** As the caller made it; every attempt starts from it and leaves it as it is. */
  readonly config: InternalAxiosRequestConfig;
  /** In capitals. */
  readonly method: string;
  readonly url: string;
  /** Added where the caller has not set them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds until an answer has to be there. */
  readonly timeoutMs: number;
  /** The call has been sent before: this time on a connection that has not been used yet. */
  readonly resent: boolean;
  readonly signal: AbortSignal;
}

export type AttemptResult =
  | { readonly outcome: 'response'; readonly response: AxiosResponse }
  | {
      readonly outcome: Exclude<Outcome, 'response'>;
      readonly error: unknown;
      readonly socketReused: boolean;
    }
  /** Not a valid request, or over a limit of the caller's: no fault of the instance's, and the same at every other. */
  | { readonly outcome: 'invalid'; readonly error: unknown };

/** Literal, so that the library's entry does not load the contracts' validator. */
const TIMEOUT_HEADER: typeof TimeoutHeader = 'Rollcall-Timeout-Ms';

const httpAdapter = axios.getAdapter('http');

/** Sends a request to one instance, once. Never rejects. */
export async function attempt(
  upstream: Upstream,
  { guard, connectTimeoutMs, limits, onAttempt }: AttemptRules,
  request: AttemptRequest,
): Promise<AttemptResult> {
  const { hostname } = new URL(request.url);
  const { resent } = request;
  const verdict = guard.checkHost(hostname);
  const startedAt = performance.now();
  const begun = upstream.begin(startedAt);
  const report = (result: CallAttempt['result'], endedAt = performance.now()): void => {
    const { service_name: serviceName, instance_id: instanceId } = upstream.instance;
    const { method } = request;
    tell(onAttempt, { serviceName, instanceId, method, result, durationMs: endedAt - startedAt });
  };
  if (!verdict.allowed) {
    begun.end({ outcome: 'unreachable', resent }, performance.now());
    report(attemptErrorType('unreachable'));
    return {
      outcome: 'unreachable',
      error: new ForbiddenAddressError(hostname, verdict),
      socketReused: false,
    };
  }

  const tap = createWireTap(connectTimeoutMs);
  const timeout = new AbortController();
  const stopTimer = afterReads(request.timeoutMs, () => timeout.abort());
  try {
    const signal = AbortSignal.any([request.signal, timeout.signal]);
    const response = await httpAdapter(attemptConfig(upstream, request, { tap, limits, signal }));
    response.config = request.config;
    const { status } = response;
    begun.end({ outcome: 'response', status, resent }, performance.now());
    report(status, tap.answeredAt);
    onceEnded(response.data, () => begun.release());
    return { outcome: 'response', response };
  } catch (error) {
    const excess = excessOf(error, { config: request.config, limits });
    if (excess !== undefined) {
      begun.end({ outcome: 'overloaded', resent }, performance.now());
      report(attemptErrorType('invalid'));
      return { outcome: 'invalid', error: excess };
    }
    const outcome = outcomeOf(error, tap, {
      timedOut: timeout.signal.aborted,
      aborted: request.signal.aborted,
    });
    const { socketReused } = tap;
    const known = outcome === 'invalid' ? 'overloaded' : outcome;
    begun.end({ outcome: known, socketReused, resent }, performance.now());
    report(attemptErrorType(outcome));
    return outcome === 'invalid' ? { outcome, error } : { outcome, error, socketReused };
  } finally {
    stopTimer();
  }
}

function attemptConfig(
  { connections }: Upstream,
  { config, url, headers, timeoutMs, resent }: AttemptRequest,
  {
    tap,
    limits,
    signal,
  }: { readonly tap: WireTap; readonly limits: BodyLimits; readonly signal: AbortSignal },
): InternalAxiosRequestConfig {
  const ownHeaders = AxiosHeaders.from({ ...headers, [TIMEOUT_HEADER]: String(Math.ceil(timeoutMs)) });
  return {
    ...config,
    // Whatever has broken one kept connection may have broken all: a kill, a network that came back.
    ...connections.agents(resent),
    url,
    headers: ownHeaders.concat(config.headers),
    signal,
    transport: tap.transport,
    ...bodyLimits(config, limits),
    // Every status is an answer here; the caller's own rule is applied after the last attempt.
    validateStatus: () => true,
    // The timer of this attempt is used instead: axios's own starts anew with every byte.
    timeout: 0,
    proxy: false,
    maxRedirects: 0,
    allowAbsoluteUrls: true,
    baseURL: '',
    socketPath: null,
  };
}

/** An answer that is streamed is in flight until it has ended. */
function onceEnded(body: unknown, release: () => void): void {
  if (body instanceof Readable) body.once('close', release);
  else release();
}

function outcomeOf(
  error: unknown,
  tap: WireTap,
  ended: { readonly timedOut: boolean; readonly aborted: boolean },
): Exclude<Outcome, 'response'> | 'invalid' {
  if (!tap.began) return 'invalid';
  if (ended.aborted) return 'downstream-aborted';
  const code = codeOf(error);
  if (!tap.connected) return code === 'ECONNREFUSED' ? 'refused' : 'unreachable';
  if (ended.timedOut) return tap.answeredAt !== undefined ? 'body-idle-timeout' : 'headers-timeout';
  if (code.startsWith('HPE_') || tap.answeredAt !== undefined) return 'bad-response';
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED'
    ? 'reset-before-response'
    : 'bad-response';
}

function codeOf(error: unknown): string {
  return axios.isAxiosError(error) ? (error.code ?? '') : '';
}
