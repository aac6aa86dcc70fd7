import type { Fault } from '@rollcall/contracts';

/**
 * Why a call to a registry brought nothing: plain data, so that it passes through `postMessage` and into a log
 * as it is.
 */
export interface RegistryFailure {
  /** HTTP status of the answer; absent when there was none. */
  readonly status?: number;
  /** The answer's problem code (`INSTANCE_NOT_FOUND`), or the socket's (`ECONNREFUSED`), or `BAD_ANSWER`. */
  readonly code: string;
  readonly message: string;
  /** What was wrong with the request, as the registry listed it. */
  readonly faults?: readonly Fault[];
}
