import type { Logger } from '@rollcall/service-kit';
import type { FailureLog } from './failure-log';
import { createTaskLoop, type TaskLoop } from './interval-loop';
import type { Clock } from './ports/clock';

export interface GuardLoopOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly logFailure: FailureLog;
  /** Services whose guard has been on for as long as it may. */
  readonly overdue: () => readonly string[];
  readonly release: (serviceName: string) => Promise<readonly string[]>;
}

/** A guard is on for ten seconds at least (two leases of five): a second more does not matter. */
const EVERY_MS = 1000;

/** Ends the mass-expiry guards whose time is up. */
export function createGuardLoop({ clock, logger, logFailure, overdue, release }: GuardLoopOptions): TaskLoop {
  return createTaskLoop({
    clock,
    intervalMs: EVERY_MS,
    async run() {
      for (const serviceName of overdue()) await end(serviceName);
    },
  });

  async function end(serviceName: string): Promise<void> {
    try {
      const released = await release(serviceName);
      logger.warn(
        `the mass-expiry guard of ${serviceName} has expired; the instances that it held are evicted`,
        {
          event: 'guard_ended',
          service_name: serviceName,
          released: released.length,
        },
      );
    } catch (error) {
      logFailure(`the mass-expiry guard of ${serviceName} could not release its instances; retrying`, {
        event: 'guard_end_failed',
        service_name: serviceName,
        error,
      });
    }
  }
}
