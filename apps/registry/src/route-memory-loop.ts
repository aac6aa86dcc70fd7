import type { Logger } from '@rollcall/service-kit';
import type { FailureLog } from './failure-log';
import { createTaskLoop, type TaskLoop } from './interval-loop';
import type { Clock } from './ports/clock';
import type { ReleasedRoutes } from './use-cases/release-routes';

export interface RouteMemoryLoopOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly logFailure: FailureLog;
  /**
   * Until when nothing is released, monotonic milliseconds: no instance could register while the registry was
   * down, and listed ones have one lease for their first heartbeat.
   */
  readonly notBefore: number;
  readonly release: () => Promise<readonly ReleasedRoutes[]>;
}

/** A path that is free a second later than it might be does not matter. */
const EVERY_MS = 1000;

/** A loop that releases paths that no instance has announced for the route memory. */
export function createRouteMemoryLoop(options: RouteMemoryLoopOptions): TaskLoop {
  const { clock, logger, logFailure, notBefore, release } = options;

  return createTaskLoop({
    clock,
    intervalMs: EVERY_MS,
    firstAfterMs: () => Math.max(EVERY_MS, notBefore - clock.moment().now),
    async run() {
      try {
        for (const { serviceName, paths } of await release())
          logger.info(
            `${serviceName} no longer holds ${paths.join(', ')}: no instance has announced it for ROUTE_MEMORY_MS`,
            {
              event: 'routes_released',
              service_name: serviceName,
              paths,
            },
          );
      } catch (error) {
        logFailure('paths that are no longer announced could not be released; retrying', {
          event: 'routes_release_failed',
          error,
        });
      }
    },
  });
}
