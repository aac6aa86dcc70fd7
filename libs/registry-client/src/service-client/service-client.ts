import type { Resolver } from '../resolver/resolver';

export interface ServiceClientOptions {
  readonly resolver: Pick<Resolver, 'resolve' | 'watch'>;
  readonly serviceName: string;
  /**
   * Deadline of a call with all its attempts, milliseconds; a request's own `timeout` takes its place.
   * Too low: slow but good answers are thrown away. Too high: callers pile up behind a service that hangs.
   */
  readonly timeoutMs: number;
  /** Limit of one connection attempt, milliseconds, default 1000. */
  readonly connectTimeoutMs?: number;
  /** Attempts of one call, the first included, default 3. */
  readonly maxAttempts?: number;
  /**
   * Headers for every request, asked anew each time: `traceparent`, `X-Request-Id` and the like. A request's own
   * headers win.
   */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** Milliseconds the caller itself has left, if it has a deadline; the call then has no more than that. */
  readonly remainingMs?: () => number | undefined;
  /** `false` for none. */
  readonly circuitBreaker?: CircuitBreakerOptions | false;
  /** `false` for none. */
  readonly bulkhead?: BulkheadOptions | false;
}

export interface CircuitBreakerOptions {
  /** Calls in a row (each with all its attempts) without an answer, or with 502, 503 or 504; default 10. */
  readonly consecutiveFailures: number;
  /** Milliseconds until one call is let through to see, default 2000. */
  readonly halfOpenAfterMs: number;
}

export interface BulkheadOptions {
  /** Calls at once, default 100. */
  readonly concurrency: number;
  /** Calls waiting for a turn, default 100. */
  readonly queue: number;
}
