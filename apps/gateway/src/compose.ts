import { randomUUID } from 'node:crypto';
import { createAnnouncement } from '@rollcall/registered-service';
import {
  packageVersion,
  type AppError,
  type Logger,
  type Service,
  type ServiceKit,
} from '@rollcall/service-kit';
import { createRoutesFile } from './adapters/routes-file';
import { composeAdmin, speaksTls } from './compose-admin';
import { composeQuestions } from './compose-questions';
import { composeWorkerPool } from './compose-worker-pool';
import { composeDataPath } from './compose-data-path';
import type { DataPath } from './data-path';
import { gatewayConfig, type GatewayConfig } from './config';
import { logRoutesEvent } from './event-logger';
import { shutDownGracefully } from './graceful-shutdown';
import { createSelfDescription } from './operations/self-description';
import { routesFileSettings } from './default-policy';
import { createRoutesReloadLoop, type RoutesReloadLoop } from './routes-reload-loop';

export interface Gateway extends Service {
  start(): Promise<{ readonly port: number; readonly adminPort: number }>;
}

export function compose(config: Readonly<GatewayConfig>, { logger, tracer }: ServiceKit): Gateway {
  const instanceId = randomUUID();
  const announcement = createAnnouncement({
    settings: config,
    logger,
    instanceId,
    load: { count: (isWanted) => dataPath.load.count(isWanted), take: () => dataPath.load.take() },
    // The data path of this process follows the file; that of a pool is in its workers.
    areTlsFilesLogged: config.GATEWAY_WORKERS === 1,
    onChange: () => dataPath.identify(),
  });
  const identity = (): string | undefined => announcement.identity();
  const dataPath: DataPath =
    config.GATEWAY_WORKERS === 1
      ? composeDataPath(config, { logger, tracer, instanceId, identity })
      : composeWorkerPool(config, { logger, instanceId, identity, onLost: (error) => lose(error) });
  const routesFile = composeRoutesFile(config, logger, dataPath);
  const self = createSelfDescription({
    operations: dataPath.operations,
    version: packageVersion(__dirname),
    readiness: () => dataPath.health.readiness(),
    settings: () => gatewayConfig.describe(config),
    routesStatus: () => routesFile?.status(),
  });
  const admin = composeAdmin(config, { logger, dataPath, self });
  const questions = composeQuestions(config, { logger, announcement, dataPath, self });
  let stopped: Promise<void> | undefined;
  let lose: (error: AppError) => void = () => undefined;
  const lost = new Promise<AppError>((resolve) => (lose = resolve));

  async function shutDown(): Promise<void> {
    routesFile?.stop();
    await shutDownGracefully({
      announcement,
      traffic: dataPath,
      timeoutMs: config.DRAIN_TIMEOUT_MS,
      lingerMs: config.DRAIN_LINGER_MS,
      now: () => performance.now(),
    });
    // Last of all: operators watch a drain by them.
    await questions?.stop();
    await admin.stop(1000);
  }

  /** Metrics are on the admin port, wherever the registry finds this process to be: the host of its address counts. */
  const metricsUrlAt = (adminPort: number): string =>
    `${speaksTls(config) ? 'https' : 'http'}://0.0.0.0:${adminPort}/metrics`;

  return {
    async start() {
      routesFile?.start();
      const [{ port }, { port: adminPort }] = await Promise.all([dataPath.start(), admin.start()]);
      logger.info(`traffic on ${config.HOST}:${port}, admin on ${config.ADMIN_HOST}:${adminPort}`, {
        event: 'listening',
        port,
        admin_port: adminPort,
      });
      if (stopped === undefined) await announcement.start(port, { metrics_url: metricsUrlAt(adminPort) });
      if (stopped === undefined) questions?.start();
      return { port, adminPort };
    },
    lost,
    stop: () => (stopped ??= shutDown()),
  };
}

/** The loop that follows ROUTES_FILE; `undefined` without that setting. */
function composeRoutesFile(
  config: Readonly<GatewayConfig>,
  logger: Logger,
  dataPath: DataPath,
): RoutesReloadLoop | undefined {
  if (config.ROUTES_FILE === undefined) return undefined;
  return createRoutesReloadLoop({
    source: createRoutesFile(config.ROUTES_FILE, routesFileSettings(config)),
    apply: (routes) => dataPath.replaceFileRoutes(routes),
    onEvent(event) {
      dataPath.metrics.routesFile(event.type);
      logRoutesEvent(logger, event);
    },
  });
}
