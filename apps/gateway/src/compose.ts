import type { Logger } from '@rollcall/service-kit';
import { composeAdmin } from './compose-admin';
import { composeDataPath } from './compose-data-path';
import { composeRoutesFile } from './compose-routes-file';
import type { GatewayConfig } from './config';

export interface Gateway {
  start(): Promise<{ readonly port: number; readonly adminPort: number }>;
  stop(): Promise<void>;
}

export function compose(config: Readonly<GatewayConfig>, { logger }: { logger: Logger }): Gateway {
  const dataPath = composeDataPath(config, { logger, identity: () => undefined });
  const routesFile = composeRoutesFile(config, {
    logger,
    metrics: dataPath.metrics,
    apply: (routes) => dataPath.replaceFileRoutes(routes),
  });
  const admin = composeAdmin(config, { logger, dataPath, routesStatus: () => routesFile?.status() });
  let stopped: Promise<void> | undefined;

  async function shutDown(): Promise<void> {
    routesFile?.stop();
    dataPath.health.draining();
    dataPath.tunnels.closeAll();
    await dataPath.stop(config.DRAIN_TIMEOUT_MS);
    // Last of all: operators watch a drain by it.
    await admin.stop(1000);
  }

  return {
    async start() {
      routesFile?.start();
      const [{ port }, { port: adminPort }] = await Promise.all([dataPath.start(), admin.start()]);
      logger.info(`traffic on ${config.HOST}:${port}, admin on ${config.ADMIN_HOST}:${adminPort}`, {
        event: 'listening',
        port,
        admin_port: adminPort,
      });
      return { port, adminPort };
    },
    stop: () => (stopped ??= shutDown()),
  };
}
