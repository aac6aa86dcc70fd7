import type { Moment } from '../catalog/moment';

/**
 * Time, for everything that is not pure. One port for reading it and for waiting, so that a spec's clock can make
 * a lease end without a timer for it.
 */
export interface Clock {
  /** Both clocks read at once. The monotonic one never goes back, and goes on while the process is stopped. */
  moment(): Moment;
  /** Runs `task` once after `delayMs`, never before it returns. The wait does not hold the process. Answers how to cancel it. */
  after(delayMs: number, task: () => void): () => void;
}
