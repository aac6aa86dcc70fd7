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
   * Calls in a row (each with all its attempts) without an answer, or with 502, 503 or 504, that open the circuit.
   * Default 10. Lower opens on a blip; higher has more callers wait for what will not come.
   */
  readonly consecutiveFailures: number;
  /** Milliseconds until one call is let through to see, default 2000. */
  readonly halfOpenAfterMs: number;
}

export interface BulkheadOptions {
  /** Calls under way at once, default 100. Lower queues in good times; higher lets one slow service hold more. */
  readonly concurrency: number;
  /** Calls waiting for a turn, default 100. */
  readonly queue: number;
}

export interface GuardRailsOptions {
  readonly serviceName: string;
  readonly circuitBreaker: CircuitBreakerOptions | false;
  readonly bulkhead: BulkheadOptions | false;
}

export const DEFAULT_CIRCUIT_BREAKER: CircuitBreakerOptions = {
  consecutiveFailures: 10,
  halfOpenAfterMs: 2000,
};
export const DEFAULT_BULKHEAD: BulkheadOptions = { concurrency: 100, queue: 100 };

/** Keeps a service that is slow or down from taking its callers with it. */
export type GuardRails = (
  config: InternalAxiosRequestConfig,
  work: () => Promise<AxiosResponse>,
) => Promise<AxiosResponse>;

export function createGuardRails(options: GuardRailsOptions): GuardRails {
  const lane =
    options.bulkhead === false ? noop : bulkhead(options.bulkhead.concurrency, options.bulkhead.queue);
  const circuit = options.circuitBreaker === false ? noop : circuitOf(options.circuitBreaker);

  return async (config, work) => {
    try {
      // The queue outside: calls that were turned away here say nothing of the service.
      return await lane.execute(() => circuit.execute(work));
    } catch (error) {
      if (error instanceof BulkheadRejectedError) {
        const message = `too many calls to ${options.serviceName} are under way`;
        throw callError(SERVICE_CLIENT_ERROR.overloaded, message, config, error);
      }
      if (error instanceof BrokenCircuitError) {
        const message = `the last calls to ${options.serviceName} failed; not trying for a moment`;
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

/** Nobody answered. That nobody is listed is no reason to stop asking: who comes next is to be called at once. */
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
