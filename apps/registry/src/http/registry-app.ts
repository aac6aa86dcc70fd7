import { createHttpApp, openApiRoutes, type Health, type Logger, type Metrics } from '@rollcall/service-kit';
import type { Express } from 'express';
import type { DrainDeps } from '../use-cases/drain';
import type { SessionHub } from '../sessions/session-hub';
import type { WatchHub } from '../watch/watch-hub';
import type { CallerOf } from './caller';
import { createCatalogCalls, type CatalogCallsDeps } from './catalog-calls';
import { mountCatalogRoutes } from './catalog-routes';
import { createDrainCalls } from './drain-calls';
import { mountDrainRoutes } from './drain-routes';
import { mountGuardRoutes } from './guard-routes';
import { createInstanceCalls, type InstanceCallsDeps } from './instance-calls';
import { mountInstanceRoutes } from './instance-routes';
import { registryApi } from './openapi/registry-api';
import { mountOverrideRoutes } from './override-routes';
import { mountSessionRoute } from './session-route';
import { mountWatchRoute } from './watch-route';

export interface RegistryAppOptions extends InstanceCallsDeps, CatalogCallsDeps, DrainDeps {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly hub: WatchHub;
  readonly sessions: SessionHub;
  readonly maxWatchers: number;
  readonly callerOf: CallerOf;
  /** Aborts when the registry is going and must keep nobody waiting. */
  readonly closing: AbortSignal;
}

/** Everything the registry answers. */
export function createRegistryApp(options: RegistryAppOptions): Express {
  const { logger, metrics, health, hub, maxWatchers, callerOf, closing, usualLease } = options;
  return createHttpApp({
    logger,
    metrics,
    health,
    mount(app) {
      app.use(openApiRoutes(registryApi));
      mountInstanceRoutes(app, createInstanceCalls(options), callerOf);
      mountDrainRoutes(app, createDrainCalls(options), { callerOf, closing });
      mountOverrideRoutes(app, options, callerOf);
      mountGuardRoutes(app, options, callerOf);
      mountCatalogRoutes(app, createCatalogCalls(options), { callerOf, closing });
      mountSessionRoute(app, options);
      mountWatchRoute(app, {
        hub,
        callerOf,
        maxWatchers,
        closing,
        retryAfterSeconds: usualLease.heartbeatIntervalSeconds,
      });
    },
  });
}
