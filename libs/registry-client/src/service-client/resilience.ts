import axios, { type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  noop,
} from 'cockatiel';
import { callError } from './call-error';
import { SERVICE_CLIENT_ERROR } from './service-client-error';

export interface CircuitBreakerOptions {
  /**
   * Consecutive calls (each with all its attempts) without an answer, or with 502, 503 or 504, that open the circuit.
   * Default 10. Lower opens on a blip; higher lets more callers wait for a service that is down.
   */
  readonly consecutiveFailures: number;
  /** Milliseconds until the open circuit lets one call through as a test, default 2000. */
  readonly halfOpenAfterMs: number;
}

export interface BulkheadOptions {
  /** Calls in flight at once, default 100. Lower queues in good times; higher lets one slow service hold more. */
  readonly concurrency: number;
  /** Calls waiting for a turn, default 100. */
  readonly queue: number;
}

export interface ResilienceOptions {
  readonly serviceName: string;
  readonly circuitBreaker: CircuitBreakerOptions | false;
  readonly bulkhead: BulkheadOptions | false;
}

export const DEFAULT_CIRCUIT_BREAKER: CircuitBreakerOptions = {
  consecutiveFailures: 10,
  halfOpenAfterMs: 2000,
};
export const DEFAULT_BULKHEAD: BulkheadOptions = { concurrency: 100, queue: 100 };

/** Bulkhead and circuit breaker of one service: a service that is slow or down does not take its callers with it. */
export type Resilience = (
  config: InternalAxiosRequestConfig,
  work: () => Promise<AxiosResponse>,
) => Promise<AxiosResponse>;

export function createResilience(options: ResilienceOptions): Resilience {
  const { serviceName } = options;
  const lane =
    options.bulkhead === false ? noop : bulkhead(options.bulkhead.concurrency, options.bulkhead.queue);
  const circuit = options.circuitBreaker === false ? noop : circuitOf(options.circuitBreaker);

  return async (config, work) => {
    try {
      // The bulkhead outside: calls that it rejects say nothing about the service.
      return await lane.execute(() => circuit.execute(work));
    } catch (error) {
      if (error instanceof BulkheadRejectedError) {
        const message = `too many calls to ${serviceName} are in flight and waiting (bulkhead); try again later`;
        throw callError(SERVICE_CLIENT_ERROR.overloaded, message, config, error);
      }
      if (error instanceof BrokenCircuitError) {
        const message = `the circuit of ${serviceName} is open, since its last calls failed; try again later`;
        throw callError(SERVICE_CLIENT_ERROR.circuitOpen, message, config, error);
      }
      throw error;
    }
  };
}

function circuitOf({ consecutiveFailures, halfOpenAfterMs }: CircuitBreakerOptions) {
  const failures = handleWhen(isFailure).orWhenResult(isGatewayFailure);
  return circuitBreaker(failures, {
    breaker: new ConsecutiveBreaker(consecutiveFailures),
    halfOpenAfter: halfOpenAfterMs,
  });
}

/** No instance answered. A service without instances is not among them: its first instance has to be called at once. */
const FAILURES: ReadonlySet<string> = new Set([
  SERVICE_CLIENT_ERROR.unreachable,
  SERVICE_CLIENT_ERROR.reset,
  SERVICE_CLIENT_ERROR.badResponse,
  SERVICE_CLIENT_ERROR.timedOut,
]);

function isFailure(error: unknown): boolean {
  return axios.isAxiosError(error) && FAILURES.has(error.code ?? '');
}

function isGatewayFailure(result: unknown): boolean {
  return (
    typeof result === 'object' &&
    result !== null &&
    'status' in result &&
    (result.status === 502 || result.status === 503 || result.status === 504)
  );
}
