import { createAddressGuard, parseCidrSet, type CidrSet } from '@rollcall/address-guard';
import { createPicker, createRetryBudget } from '@rollcall/load-balancing';
import axios, {
  AxiosError,
  type AxiosInstance,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import { tell } from '../registry/tell';
import { followTls, readTlsFiles } from '../registry/tls-files';
import { call, type CallRules } from './call';
import { callError } from './call-error';
import { countCall } from './call-load';
import { spanOfCall } from './call-spans';
import { withinDeadline, type CallScope } from './call-scope';
import { createResilience, DEFAULT_BULKHEAD, DEFAULT_CIRCUIT_BREAKER } from './resilience';
import { SERVICE_CLIENT_ERROR } from './service-client-error';
import type { ServiceClientOptions } from './service-client-options';
import type { Upstream } from './upstream';
import { createUpstreams } from './upstreams';

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
 * @throws when `caFile`, `certFile` or `keyFile` is of no use, or one of `allowedCidrs` is not a network
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
    connecting: {
      lookup: guard.lookup,
      tls: followTls(readTlsFiles(options), (event) => tell(options.onEvent, event)),
    },
    random: Math.random,
    load: options.load,
  });
  const calls = options.load?.callsOf(serviceName);
  const rules: CallRules = {
    serviceName,
    tracer: options.tracer,
    upstreams,
    guard,
    budget: createRetryBudget(),
    maxAttempts: options.maxAttempts ?? MAX_ATTEMPTS,
    retryByKey: options.retryByKey ?? false,
    onAttempt: options.onAttempt,
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
    const response = await countCall(calls, (counted) =>
      spanOfCall(options.tracer, serviceName, () =>
        withinDeadline(config, timeoutMs, (scope) =>
          resilience(config, () => resolved(scope).then(() => call(scope, rules, counted))),
        ),
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
