import type { Logger } from '@rollcall/service-kit';
import type { Catalog } from './catalog/catalog';
import { logFailuresByService, type FailureLog } from './failure-log';
import { createTaskLoop, type TaskLoop } from './interval-loop';
import type { CatalogStore } from './ports/catalog-store';
import type { Clock } from './ports/clock';
import type { RouteReleases } from './use-cases/release-routes';

export interface RouteMemoryLoopOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly logFailure: FailureLog;
  readonly catalog: Pick<Catalog, 'catalogId'>;
  readonly store: Pick<CatalogStore, 'status'>;
  /** Whoever runs registers within one lease of an instance. */
  readonly leaseMs: number;
  readonly release: () => Promise<RouteReleases>;
}

/** A path that is free a second later than it might be does not matter. */
const EVERY_MS = 1000;

/**
 * A loop that releases paths that no instance has announced for the route memory. Not before one lease has passed since
 * its start, since the store took no changes, and since another catalog took the place of the former: no instance could
 * register before that, or its registration was lost.
 */
export function createRouteMemoryLoop(options: RouteMemoryLoopOptions): TaskLoop {
  const { clock, logger, logFailure, catalog, store, leaseMs, release } = options;
  let { catalogId } = catalog;
  let notBefore = clock.moment().now + leaseMs;

  function mayRelease(): boolean {
    const { now } = clock.moment();
    if (store.status !== 'writable' || catalog.catalogId !== catalogId) notBefore = now + leaseMs;
    ({ catalogId } = catalog);
    return now >= notBefore;
  }

  return createTaskLoop({
    clock,
    intervalMs: EVERY_MS,
    async run() {
      if (!mayRelease()) return;
      try {
        const { released, failures } = await release();
        for (const { serviceName, paths } of released)
          logger.info(
            `${serviceName} no longer holds ${paths.join(', ')}: no instance has announced it for ROUTE_MEMORY_MS`,
            {
              event: 'routes_released',
              service_name: serviceName,
              paths,
            },
          );
        logFailuresByService(logFailure, failures, {
          event: 'routes_release_failed',
          messageOf: (name) => `paths that ${name} no longer announces could not be released; retrying`,
        });
      } catch (error) {
        logFailure('paths that are no longer announced could not be released; retrying', {
          event: 'routes_release_failed',
          error,
        });
      }
    },
  });
}
