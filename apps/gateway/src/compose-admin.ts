import { createHttpApp, createHttpServer, type HttpServer, type Logger } from '@rollcall/service-kit';
import { adminGuard } from './browser-guards';
import type { DataPath } from './compose-data-path';
import { gatewayConfig, type GatewayConfig } from './config';
import { mountAdminRoutes } from './http/admin-routes';
import type { RoutesStatus } from './routes-file/routes-status';

export interface AdminDeps {
  readonly logger: Logger;
  readonly dataPath: Pick<DataPath, 'operations' | 'metrics' | 'health' | 'tls'>;
  readonly routesStatus: () => RoutesStatus | undefined;
}

/** The port that operators ask. */
export function composeAdmin(
  config: Readonly<GatewayConfig>,
  { logger, dataPath, routesStatus }: AdminDeps,
): HttpServer {
  const { operations, metrics, health, tls } = dataPath;
  const guard = adminGuard(config);
  return createHttpServer({
    host: config.ADMIN_HOST,
    port: config.ADMIN_PORT,
    portVariable: 'ADMIN_PORT',
    // As with the token: what stays on this machine needs neither, and its certificate would be for another name.
    tls: isLoopback(config.ADMIN_HOST) ? undefined : tls,
    handler: createHttpApp({
      logger,
      metrics,
      health,
      guard,
      mount: (app) =>
        mountAdminRoutes(app, {
          operations,
          settings: () => gatewayConfig.describe(config),
          routesStatus,
          guard,
          logger,
          ...(config.ADMIN_TOKEN === undefined ? {} : { token: config.ADMIN_TOKEN }),
        }),
    }),
  });
}

function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === '::1';
}
