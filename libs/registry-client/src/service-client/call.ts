import type { AddressGuard } from '@rollcall/address-guard';
import { createAttemptSeries, isIdempotentMethod, type RetryBudget } from '@rollcall/load-balancing';
import { CanceledError, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { failureOfError } from '../registry/registry-failure';
import { attempt, type AttemptResult } from './attempt';
import { isStreamed, type BodyLimits } from './body-limits';
import { callError, codeOfOutcome } from './call-error';
import type { CallScope } from './call-scope';
import { requestUrl } from './request-url';
import { SERVICE_CLIENT_ERROR } from './service-client-error';
import type { Upstream } from './upstream';
import type { Upstreams } from './upstreams';

export interface CallRules {
  readonly serviceName: string;
  readonly upstreams: Upstreams;
  readonly budget: RetryBudget;
  readonly guard: AddressGuard;
  readonly maxAttempts: number;
  readonly retryByKey: boolean;
  readonly connectTimeoutMs: number;
  readonly attemptTimeoutMs: number;
  readonly limits: BodyLimits;
  readonly headers: () => Readonly<Record<string, string>>;
  /** What of a request decides on its instance, for the picker `ring_hash`. */
  readonly keyOf: (config: InternalAxiosRequestConfig) => string | undefined;
}

/**
 * One call, with as many attempts as the retry decision grants.
 *
 * @throws AxiosError with a `SERVICE_CLIENT_ERROR` code when none of them was answered
 */
export async function call(
  { config, deadline, signal }: CallScope,
  rules: CallRules,
): Promise<AxiosResponse> {
  const { serviceName, upstreams, budget, maxAttempts } = rules;
  const headers = rules.headers();
  const startedAt = performance.now();
  const idempotent = isRepeatable(config, rules);
  const series = createAttemptSeries(
    { others: upstreams, budget, deadline, maxAttempts, idempotent },
    startedAt,
  );
  let upstream = upstreams.pick(startedAt, rules.keyOf(config));
  while (upstream !== undefined) {
    const now = performance.now();
    if (deadline.hasPassed(now))
      throw callError(SERVICE_CLIENT_ERROR.timedOut, 'the time was up before anything was sent', config);
    const target = requestUrl(upstream.instance.url, config.url);
    if ('fault' in target)
      throw callError(SERVICE_CLIENT_ERROR.badPath, `the path of a request ${target.fault}`, config);

    series.begin(upstream);
    const result = await attempt(upstream, {
      config,
      url: target.url,
      headers,
      timeoutMs: Math.min(deadline.remaining(now), rules.attemptTimeoutMs),
      connectTimeoutMs: rules.connectTimeoutMs,
      limits: rules.limits,
      // Whatever has broken one kept connection may have broken all: a kill, a network that came back.
      freshSocket: series.attempts > 1,
      guard: rules.guard,
      signal,
    });
    if (result.outcome === 'response') return result.response;
    if (result.outcome === 'invalid') throw result.error;

    const { outcome, socketReused } = result;
    // A stream can be read once, and the first attempt has begun to.
    const bodyReplayable = !isStreamed(config.data);
    const next = series.next({ outcome, socketReused, bodyReplayable }, performance.now());
    if (next.on === undefined) throw finalError(result, config, upstream);
    upstream = next.on;
  }
  throw callError(SERVICE_CLIENT_ERROR.noInstance, `no instance of ${serviceName} may get traffic`, config);
}

function finalError(
  { outcome, error }: Exclude<AttemptResult, { outcome: 'response' | 'invalid' }>,
  config: InternalAxiosRequestConfig,
  upstream: Upstream,
): Error {
  if (outcome === 'downstream-aborted') return new CanceledError(undefined, config);
  const said = failureOfError(error).message;
  const message = `${upstream.instance.service_name} at ${upstream.instance.url}: ${said}`;
  return callError(codeOfOutcome(outcome), message, config, error);
}

function isRepeatable(config: InternalAxiosRequestConfig, { retryByKey }: CallRules): boolean {
  const key = config.headers.get('idempotency-key');
  return (
    isIdempotentMethod((config.method ?? 'get').toUpperCase()) || (retryByKey && key != null && key !== '')
  );
}
