import type { PickerName } from '@rollcall/load-balancing';
import type { InternalAxiosRequestConfig } from 'axios';
import type { LoadMeter } from '../load/load-meter';
import type { TlsFileEvent, TlsFileOptions } from '../registry/tls-files';
import type { Resolver } from '../resolver/resolver';
import type { CallAttempt } from './attempt';
import type { CallTracer } from './call-spans';
import type { BulkheadOptions, CircuitBreakerOptions } from './resilience';

/** Its files of TLS are for https:// instances, whose certificates are always verified. */
export interface ServiceClientOptions extends TlsFileOptions {
  readonly resolver: Pick<Resolver, 'resolve' | 'watch'>;
  readonly serviceName: string;
  /**
   * Deadline of a call with all its attempts, milliseconds; a request's own `timeout` takes its place.
   * Too low: slow but good answers are thrown away. Too high: callers pile up behind a service that hangs.
   */
  readonly timeoutMs: number;
  /**
   * Instances at this machine's own addresses are not connected to, default false. Right in production, where somebody
   * who may register could otherwise have this process ask its own host.
   */
  readonly forbidLoopback?: boolean;
  /**
   * Networks whose addresses are connected to although they are refused otherwise (link-local, cloud metadata,
   * multicast; loopback where it is forbidden), e.g. `['169.254.7.0/24']`. They free addresses, not names.
   */
  readonly allowedCidrs?: readonly string[];
  /** Limit of one connection attempt, milliseconds, default 1000. */
  readonly connectTimeoutMs?: number;
  /**
   * Limit of one attempt, milliseconds, default: what is left of the call. Lower than the deadline lets what is
   * idempotent be tried on another instance when one hangs.
   */
  readonly attemptTimeoutMs?: number;
  /**
   * Longest answer that is read into memory, bytes after decompression, default 10 MiB. Too low: good answers fail.
   * Too high: one instance that answers without end takes the process's memory. A request's own `maxContentLength`
   * takes its place; a streamed answer (`responseType: 'stream'`) has no limit here.
   */
  readonly maxResponseBytes?: number;
  /**
   * Longest body of a request, bytes, default 10 MiB; a request's own `maxBodyLength` takes its place, and a streamed
   * body has no limit here.
   */
  readonly maxRequestBytes?: number;
  /** How often a call may be sent, the first time included, default 3; what could not be sent does not count, and 1 retries nothing. */
  readonly maxAttempts?: number;
  /**
   * Requests with an `Idempotency-Key` may be sent again whatever their method, default false: for a service that does
   * such a request once, however often it comes.
   */
  readonly retryByKey?: boolean;
  /** Default `round_robin`. */
  readonly picker?: PickerName;
  /** For the picker `zone_first`: where the caller is. */
  readonly zone?: string;
  /** For the picker `ring_hash`: requests with one key go to one instance; those without go anywhere. */
  readonly hashKey?: (config: InternalAxiosRequestConfig) => string | undefined;
  /** Over so many milliseconds an instance that is new is given a rising share, default 0. Not with `ring_hash`. */
  readonly slowStartMs?: number;
  /**
   * Headers for every request, asked anew each time: `traceparent`, `X-Request-Id` and the like. A request's own
   * headers win.
   */
  readonly headers?: () => Readonly<Record<string, string>>;
  /**
   * A tracer of `@opentelemetry/api`: makes a span `call <service>` and below it one for each attempt, whose
   * `traceparent` takes the place of the one in `headers`. Default: none.
   */
  readonly tracer?: CallTracer;
  /**
   * Told of every attempt once its answer began or it failed, for metrics; in the attempt's span, where there is a
   * tracer. A call with retries is as many attempts.
   */
  readonly onAttempt?: (attempt: CallAttempt) => void;
  /** Where its calls are counted, so that the registrar of this process reports them: see `createLoadMeter`. */
  readonly load?: LoadMeter;
  /** Milliseconds the caller itself has left, if it has a deadline; the call then has no more than that. */
  readonly remainingMs?: () => number | undefined;
  /** `false` for none. */
  readonly circuitBreaker?: CircuitBreakerOptions | false;
  /** `false` for none. */
  readonly bulkhead?: BulkheadOptions | false;
  readonly onEvent?: (event: ServiceClientEvent) => void;
}

/** An event of a service client: one of its files of TLS was replaced. */
export type ServiceClientEvent = TlsFileEvent;
