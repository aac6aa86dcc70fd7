import type { PickerName } from '@rollcall/load-balancing';

/** How requests on a route are treated. Every duration in milliseconds. */
export interface RoutePolicy {
  readonly picker: PickerName;
  /** From the request being sent to the answer's beginning, all attempts together. */
  readonly headersTimeoutMs: number;
  /** The longest silence in a body, in either direction. */
  readonly idleTimeoutMs: number;
  /** Attempts altogether; 1 never retries. */
  readonly maxAttempts: number;
}
