import type { Logger } from '@rollcall/service-kit';
import { stallGrace } from './catalog/leases/stall-grace';
import { logFailuresByService, type FailureLog } from './failure-log';
import type { TaskLoop } from './interval-loop';
import type { Clock } from './ports/clock';

export interface LeaseLoopOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly logFailure: FailureLog;
  /** When the next lease ends, monotonic milliseconds. */
  readonly nextLapseAt: () => number | undefined;
  /** @returns why leases could not be ended, by service */
  readonly endLapsedLeases: () => Promise<ReadonlyMap<string, unknown>>;
  readonly heartbeatIntervalMs: number;
}

/** No lease is shorter than 5 s, so one that is granted while the loop sleeps is looked at in time. */
const LONGEST_SLEEP_MS = 1000;

/** Wakes when a lease ends, and never twice at the same time. */
export function createLeaseLoop(options: LeaseLoopOptions): TaskLoop {
  const { clock, logger, logFailure, nextLapseAt, endLapsedLeases, heartbeatIntervalMs } = options;
  let cancel: (() => void) | undefined;
  let dueAt = 0;
  let graceUntil = -Infinity;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  return {
    start: () => sleepUntil(clock.moment().now),
    async stop() {
      stopped = true;
      cancel?.();
      await running;
    },
  };

  function sleepUntil(at: number): void {
    if (stopped) return;
    const { now } = clock.moment();
    // At least a moment: a lease that could not be ended just now must not keep the loop spinning.
    const delayMs = Math.min(Math.max(Math.ceil(at - now), 1), LONGEST_SLEEP_MS);
    dueAt = now + delayMs;
    cancel = clock.after(delayMs, () => {
      running = tick();
    });
  }

  async function tick(): Promise<void> {
    const { now } = clock.moment();
    const graceMs = stallGrace(now - dueAt, heartbeatIntervalMs);
    if (graceMs > 0) {
      graceUntil = now + graceMs;
      logger.warn(
        `the registry process was stalled for ${Math.round(now - dueAt)} ms; no lease ends for the next ${Math.round(graceMs)} ms`,
        {
          event: 'process_stalled',
          late_ms: Math.round(now - dueAt),
          grace_ms: Math.round(graceMs),
        },
      );
    }
    const ended = now < graceUntil || (await end());
    sleepUntil(ended ? Math.max(nextLapseAt() ?? Infinity, graceUntil) : Infinity);
  }

  async function end(): Promise<boolean> {
    try {
      const failures = await endLapsedLeases();
      logFailuresByService(logFailure, failures, {
        event: 'lease_end_failed',
        messageOf: (name) => `instances of ${name} whose leases have ended could not be evicted; retrying`,
      });
      return failures.size === 0;
    } catch (error) {
      logFailure('instances whose leases have ended could not be evicted; retrying', {
        event: 'lease_end_failed',
        error,
      });
      return false;
    }
  }
}
