import type { Logger } from '@rollcall/service-kit';
import { readRoutesFile } from './adapters/read-routes-file';
import { composeAdmin } from './compose-admin';
import { composeDataPath } from './compose-data-path';
import type { GatewayConfig } from './config';
import { defaultPolicy } from './default-policy';

export interface Gateway {
  start(): Promise<{ readonly port: number; readonly adminPort: number }>;
  stop(): Promise<void>;
}

export function compose(config: Readonly<GatewayConfig>, { logger }: { logger: Logger }): Gateway {
  const dataPath = composeDataPath(config, { logger, identity: () => undefined });
  const admin = composeAdmin(config, { logger, dataPath });
  let stopped: Promise<void> | undefined;

  async function shutDown(): Promise<void> {
    dataPath.health.draining();
    dataPath.tunnels.closeAll();
    await dataPath.stop(config.DRAIN_TIMEOUT_MS);
    // Last of all: operators watch a drain by it.
    await admin.stop(1000);
  }

  return {
    async start() {
      if (config.ROUTES_FILE !== undefined)
        dataPath.explaining.routes.replaceFileRoutes(
          readRoutesFile(config.ROUTES_FILE, defaultPolicy(config)),
        );
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
