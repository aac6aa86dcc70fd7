import { createAttemptSeries, isIdempotentMethod, type RetryBudget } from '@rollcall/load-balancing';
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { attempt, type AttemptRules } from './attempt';
import { isStreamed } from './body-limits';
import { attemptError, callError } from './call-error';
import type { CountedCall } from './call-load';
import type { CallScope } from './call-scope';
import { spanOfAttempt, type CallTracer } from './call-spans';
import { requestUrl } from './request-url';
import { SERVICE_CLIENT_ERROR } from './service-client-error';
import type { Upstreams } from './upstreams';

export interface CallRules extends AttemptRules {
  readonly serviceName: string;
  readonly tracer: CallTracer | undefined;
  readonly upstreams: Upstreams;
  readonly budget: RetryBudget;
  readonly maxAttempts: number;
  readonly retryByKey: boolean;
  readonly attemptTimeoutMs: number;
  readonly headers: () => Readonly<Record<string, string>>;
  /** The key by which the picker `ring_hash` chooses the instance of a request. */
  readonly keyOf: (config: InternalAxiosRequestConfig) => string | undefined;
}

/**
 * One call, with as many attempts as its series grants.
 *
 * @throws AxiosError with a `SERVICE_CLIENT_ERROR` code when none of them was answered
 */
export async function call(
  { config, deadline, signal }: CallScope,
  rules: CallRules,
  counted: CountedCall,
): Promise<AxiosResponse> {
  const { serviceName, upstreams, budget, maxAttempts } = rules;
  const headers = rules.headers();
  const startedAt = performance.now();
  const method = (config.method ?? 'get').toUpperCase();
  const idempotent = isIdempotentMethod(method) || (rules.retryByKey && hasKey(config));
  const series = createAttemptSeries(
    { others: upstreams, budget, deadline, maxAttempts, idempotent },
    startedAt,
  );
  let upstream = upstreams.pick(startedAt, rules.keyOf(config));
  while (upstream !== undefined) {
    const now = performance.now();
    if (deadline.hasPassed(now)) {
      const message = `the deadline of the call to ${serviceName} passed before an attempt was sent`;
      throw callError(SERVICE_CLIENT_ERROR.timedOut, message, config);
    }
    const target = requestUrl(upstream.instance.url, config.url);
    if ('fault' in target) throw callError(SERVICE_CLIENT_ERROR.badPath, target.fault, config);

    series.begin(upstream);
    counted.attempts = series.attempts;
    const { url } = target;
    const timeoutMs = Math.min(deadline.remaining(now), rules.attemptTimeoutMs);
    const tried = upstream;
    const spanned = { method, url, instanceId: tried.instance.instance_id, resends: series.attempts - 1 };
    const result = await spanOfAttempt(rules.tracer, spanned, (context) =>
      attempt(tried, rules, {
        config,
        method,
        url,
        headers: { ...headers, ...context },
        timeoutMs,
        resent: series.attempts > 1,
        signal,
      }),
    );
    if (result.outcome === 'response') return result.response;
    if (result.outcome === 'invalid') throw result.error;

    const { outcome, socketReused } = result;
    // A stream can be read once, and the first attempt has begun to.
    const bodyReplayable = !isStreamed(config.data);
    const next = series.next({ outcome, socketReused, bodyReplayable }, performance.now());
    if (next.on === undefined) throw attemptError(result, config, tried.instance);
    upstream = next.on;
  }
  const message = `${serviceName} has no instance that may get traffic: none is up or suspect`;
  throw callError(SERVICE_CLIENT_ERROR.noInstance, message, config);
}

/** Whether the key of a request lets it be sent again although an instance may have seen it. */
function hasKey({ headers }: InternalAxiosRequestConfig): boolean {
  return Boolean(headers.get('idempotency-key'));
}
