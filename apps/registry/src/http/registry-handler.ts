import type { RequestListener } from 'node:http';
import {
  consoleRoutes,
  createHttpApp,
  openApiRoutes,
  packageVersion,
  serveRoutes,
  type BrowserGuard,
  type Health,
  type Logger,
  type Metrics,
  type Route,
  type Tracer,
  type UnreadAnswers,
} from '@rollcall/service-kit';
import { callRoute } from './call-route';
import type { CallerOf } from './caller';
import { registryDocument } from './openapi/registry-document';
import { registryApi, type RegistryApiOptions } from './registry-api';

export interface RegistryHandlerOptions extends RegistryApiOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracer: Tracer | undefined;
  readonly health: Health;
  readonly callerOf: CallerOf;
  readonly guardAgainstPages: BrowserGuard;
  /** `CONSOLE`. */
  readonly console: 'on' | 'off';
  /** Of answers; streams count theirs in the same. */
  readonly unread: UnreadAnswers;
}

/** Everything the registry answers. */
export interface RegistryHandler {
  readonly handle: RequestListener;
  /** What is answered without Express. */
  readonly routes: readonly Route[];
}

/** Express serves people and probes (documents, health, metrics); what instances and gateways call is answered in front. */
export function createRegistryHandler(options: RegistryHandlerOptions): RegistryHandler {
  const {
    logger,
    metrics,
    tracer,
    health,
    callerOf,
    unread,
    guardAgainstPages: guard,
    console: setting,
  } = options;
  const version = packageVersion(__dirname);
  const routes = registryApi(options).map((definition) => callRoute(callerOf, definition));
  const otherwise = createHttpApp({
    logger,
    metrics,
    health,
    guard,
    mount(app) {
      app.use(openApiRoutes(registryDocument));
      app.use(consoleRoutes({ source: 'registry', setting, version, from: __dirname, logger }));
    },
  });
  return { routes, handle: serveRoutes({ routes, logger, metrics, tracer, guard, otherwise, unread }) };
}
