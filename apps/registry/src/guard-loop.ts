import type { Logger } from '@rollcall/service-kit';
import type { Clock } from './ports/clock';

export interface GuardLoop {
  start(): void;
  /** Resolves once nothing of it runs any more. Idempotent. */
  stop(): Promise<void>;
}

export interface GuardLoopOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Services whose guard has been on for as long as it may. */
  readonly overdue: () => readonly string[];
  readonly release: (serviceName: string) => Promise<readonly string[]>;
}

/** A guard is on for ten seconds at least (two leases of five): a second more does not matter. */
const EVERY_MS = 1000;

/** Ends the mass-expiry guards whose time is up. */
export function createGuardLoop({ clock, logger, overdue, release }: GuardLoopOptions): GuardLoop {
  let cancel: (() => void) | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  return {
    start: sleep,
    async stop() {
      stopped = true;
      cancel?.();
      await running;
    },
  };

  function sleep(): void {
    if (stopped) return;
    cancel = clock.after(EVERY_MS, () => {
      running = tick();
    });
  }

  async function tick(): Promise<void> {
    for (const serviceName of overdue()) await end(serviceName);
    sleep();
  }

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
      logger.error(`the mass-expiry guard of ${serviceName} could not release its instances; retrying`, {
        event: 'guard_end_failed',
        service_name: serviceName,
        error,
      });
    }
  }
}
