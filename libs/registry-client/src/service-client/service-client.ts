import { createAddressGuard, parseCidrSet, type CidrSet } from '@rollcall/address-guard';
import { createPicker, createRetryBudget, type PickerName } from '@rollcall/load-balancing';
import axios, {
  AxiosError,
  type AxiosInstance,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import { readAuthority } from '../registry/authority';
import type { Resolver } from '../resolver/resolver';
import { call, type CallRules } from './call';
import { callError } from './call-error';
import { spanOfCall, type CallTracer } from './call-spans';
import { withinDeadline, type CallScope } from './call-scope';
import {
  createResilience,
  DEFAULT_BULKHEAD,
  DEFAULT_CIRCUIT_BREAKER,
  type BulkheadOptions,
  type CircuitBreakerOptions,
} from './resilience';
import { SERVICE_CLIENT_ERROR } from './service-client-error';
import type { Upstream } from './upstream';
import { createUpstreams } from './upstreams';

export interface ServiceClientOptions {
  readonly resolver: Pick<Resolver, 'resolve' | 'watch'>;
  readonly serviceName: string;
  /**
   * Deadline of a call with all its attempts, milliseconds; a request's own `timeout` takes its place.
   * Too low: slow but good answers are thrown away. Too high: callers pile up behind a service that hangs.
   */
  readonly timeoutMs: number;
  /**
   * PEM file of the authority that signs the certificates of https:// instances, trusted instead of those that Node
   * knows; read when the client is created. They are always verified.
   */
  readonly caFile?: string;
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
  /** Milliseconds the caller itself has left, if it has a deadline; the call then has no more than that. */
  readonly remainingMs?: () => number | undefined;
  /** `false` for none. */
  readonly circuitBreaker?: CircuitBreakerOptions | false;
  /** `false` for none. */
  readonly bulkhead?: BulkheadOptions | false;
}

/**
 * What a service client is. A name of its own because `import type { AxiosInstance } from 'axios'` is another type in
 * an ES module than here: axios declares everything twice, and TypeScript lets neither be used as the other.
 */
export type ServiceClient = AxiosInstance;

const CONNECT_TIMEOUT_MS = 1000;
const MAX_ATTEMPTS = 3;
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/**
 * An axios instance for one service: `client.get('/products/1')` goes to one of its instances, found by name, and to
 * another one if that is safe. It takes paths only, follows no redirects, and tells the instance in the header
 * `Rollcall-Timeout-Ms` how long it will wait. Failures are `AxiosError`s: see `SERVICE_CLIENT_ERROR`.
 *
 * It follows the service for as long as the resolver lives, and has nothing of its own to be stopped.
 *
 * @throws when `caFile` is of no use, or one of `allowedCidrs` is not a network
 */
export function createServiceClient(options: ServiceClientOptions): ServiceClient {
  const { resolver, serviceName } = options;
  const guard = createAddressGuard({
    forbidLoopback: options.forbidLoopback ?? false,
    allowedCidrs: networksOf(options.allowedCidrs ?? []),
  });
  const picker = createPicker<Upstream>(options.picker ?? 'round_robin', {
    random: Math.random,
    zone: options.zone,
    slowStartMs: options.slowStartMs ?? 0,
  });
  const upstreams = createUpstreams({
    picker,
    connecting: { lookup: guard.lookup, ca: options.caFile && readAuthority(options.caFile) },
    random: Math.random,
  });
  const rules: CallRules = {
    serviceName,
    tracer: options.tracer,
    upstreams,
    guard,
    budget: createRetryBudget(),
    maxAttempts: options.maxAttempts ?? MAX_ATTEMPTS,
    retryByKey: options.retryByKey ?? false,
    connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    attemptTimeoutMs: options.attemptTimeoutMs ?? Infinity,
    limits: {
      maxRequestBytes: options.maxRequestBytes ?? MAX_BODY_BYTES,
      maxResponseBytes: options.maxResponseBytes ?? MAX_BODY_BYTES,
    },
    headers: options.headers ?? (() => ({})),
    keyOf: options.hashKey ?? (() => undefined),
  };
  const resilience = createResilience({
    serviceName,
    circuitBreaker: options.circuitBreaker ?? DEFAULT_CIRCUIT_BREAKER,
    bulkhead: options.bulkhead ?? DEFAULT_BULKHEAD,
  });

  resolver.watch(serviceName, (result) => {
    if ('snapshot' in result) upstreams.update(result.snapshot.instances, performance.now());
  });

  async function resolved({ config, deadline }: CallScope): Promise<void> {
    const timeoutMs = deadline.remaining(performance.now());
    const result = await resolver.resolve(serviceName, { timeoutMs });
    if ('snapshot' in result) return;
    const why = result.state === 'failed' ? `: ${result.error.message}` : '';
    throw callError(
      SERVICE_CLIENT_ERROR.unresolved,
      `no registry has answered for ${serviceName} yet${why}; check registryUrls and that a registry runs`,
      config,
    );
  }

  async function adapter(config: InternalAxiosRequestConfig): Promise<AxiosResponse> {
    const timeoutMs = Math.min(config.timeout || options.timeoutMs, options.remainingMs?.() ?? Infinity);
    const response = await spanOfCall(options.tracer, serviceName, () =>
      withinDeadline(config, timeoutMs, (scope) =>
        resilience(config, () => resolved(scope).then(() => call(scope, rules))),
      ),
    );
    return settle(response);
  }

  return axios.create({ adapter });
}

function networksOf(cidrs: readonly string[]): CidrSet {
  const parsed = parseCidrSet(cidrs);
  if ('faults' in parsed) throw new TypeError(`allowedCidrs: ${parsed.faults.join('; ')}`);
  return parsed.set;
}

/** The caller's rule on which answers are errors, as axios's own adapters apply it. */
function settle(response: AxiosResponse): AxiosResponse {
  const { status, config, request } = response;
  if (config.validateStatus?.(status) ?? true) return response;
  const code = status >= 400 && status < 500 ? AxiosError.ERR_BAD_REQUEST : AxiosError.ERR_BAD_RESPONSE;
  throw new AxiosError(`Request failed with status code ${status}`, code, config, request, response);
}
