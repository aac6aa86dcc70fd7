import {
  createHttpApp,
  createHttpServer,
  packageVersion,
  type HttpServer,
  type Logger,
} from '@rollcall/service-kit';
import { adminGuard } from './browser-guards';
import type { DataPath } from './data-path';
import type { GatewayConfig } from './config';
import { mountAdminRoutes } from './http/admin-routes';
import { createOperatorOrders } from './operations/operator-orders';
import type { SelfDescription } from './operations/self-description';

export interface AdminDeps {
  readonly logger: Logger;
  readonly dataPath: Pick<DataPath, 'operations' | 'metrics' | 'health' | 'tls'>;
  readonly self: SelfDescription;
}

/** The port that operators ask. */
export function composeAdmin(
  config: Readonly<GatewayConfig>,
  { logger, dataPath, self }: AdminDeps,
): HttpServer {
  const { operations, metrics, health, tls } = dataPath;
  const guard = adminGuard(config);
  return createHttpServer({
    host: config.ADMIN_HOST,
    port: config.ADMIN_PORT,
    portVariable: 'ADMIN_PORT',
    tls: speaksTls(config) ? tls : undefined,
    handler: createHttpApp({
      logger,
      metrics,
      health,
      guard,
      mount: (app) =>
        mountAdminRoutes(app, {
          operations,
          orders: createOperatorOrders(operations, logger),
          console: {
            source: 'gateway',
            setting: config.CONSOLE,
            version: packageVersion(__dirname),
            from: __dirname,
            logger,
          },
          self,
          guard,
          ...(config.ADMIN_TOKEN === undefined ? {} : { token: config.ADMIN_TOKEN }),
        }),
    }),
  });
}

/** As with the token: what stays on this machine needs neither, and its certificate would be for another name. */
export function speaksTls({
  ADMIN_HOST,
  TLS_CERT_FILE,
}: Pick<GatewayConfig, 'ADMIN_HOST' | 'TLS_CERT_FILE'>): boolean {
  return TLS_CERT_FILE !== undefined && ADMIN_HOST !== '127.0.0.1' && ADMIN_HOST !== '::1';
}
