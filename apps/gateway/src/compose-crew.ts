import cluster from 'node:cluster';
import { join } from 'node:path';
import { createHealth, createServerTls, type Logger } from '@rollcall/service-kit';
import type { AppError } from '@rollcall/service-kit';
import { createCrew } from './cluster/crew';
import { CrewRegistry } from './cluster/crew-metrics';
import { createCrewOperations } from './cluster/crew-operations';
import { createRemoteDesk, type WorkerDesk } from './cluster/worker-desk';
import { createWorkerLink, type WorkerLink } from './cluster/worker-link';
import type { DataPath } from './compose-data-path';
import type { GatewayConfig } from './config';
import { createGatewayMetrics } from './metrics/gateway-metrics';
import type { Route } from './routing/route';

export interface CrewDeps {
  readonly logger: Logger;
  /** `<instance_id>/<epoch>` while this gateway is registered. */
  readonly identity: () => string | undefined;
  /** The workers cannot be kept alive. */
  readonly onLost: (error: AppError) => void;
}

/** A data path of several processes (`GATEWAY_WORKERS`), steered from this one, which carries no traffic itself. */
export function composeCrew(
  config: Readonly<GatewayConfig>,
  { logger, identity, onLost }: CrewDeps,
): DataPath {
  const size = config.GATEWAY_WORKERS;
  const desks = new Map<WorkerLink, WorkerDesk>();
  const present = (): readonly WorkerDesk[] => crew.workers.flatMap((worker) => desks.get(worker) ?? []);
  const registry = new CrewRegistry(present);
  const metrics = createGatewayMetrics({ service: config.SERVICE_NAME, registry });
  const health = createHealth();
  let routes: readonly Route[] | undefined;

  function hire(place: number): WorkerLink {
    const worker = createWorkerLink(cluster.fork());
    desks.set(
      worker,
      createRemoteDesk((operation, input) => worker.ask(operation, input)),
    );
    worker.tell({
      type: 'begin',
      workers: size,
      keepsCatalog: place === 0,
      routes,
      identity: identity(),
    });
    return worker;
  }

  const crew = createCrew({
    size,
    hire,
    logger,
    now: () => performance.now(),
    onGone(worker) {
      const desk = desks.get(worker);
      desks.delete(worker);
      if (desk !== undefined) void registry.retire(desk);
    },
    onLost,
  });
  // As long as one of them serves, the gateway does: the port is one.
  health.addCheck('workers', () => {
    if (!crew.workers.some(({ synced }) => synced))
      throw new Error('no worker has heard from the registry yet');
  });

  const tls = createServerTls(config, { logger, metrics });
  // The connections are theirs: a certificate that is to be read at once is for them to read.
  const followsFiles = [config.TLS_CERT_FILE, config.REGISTRY_CA_FILE, config.UPSTREAM_CA_FILE].some(Boolean);
  const passHangUpOn = (): void => {
    for (const worker of crew.workers) worker.hangUp();
  };

  return {
    operations: createCrewOperations(present),
    metrics,
    health,
    tls,
    replaceFileRoutes(next) {
      routes = next;
      crew.tell({ type: 'routes', routes: next });
    },
    identify: () => crew.tell({ type: 'identity', identity: identity() }),
    async start() {
      cluster.setupPrimary({ exec: join(__dirname, 'worker-main.js'), serialization: 'advanced' });
      if (followsFiles) process.on('SIGHUP', passHangUpOn);
      const { port } = await crew.start();
      health.started();
      return { port };
    },
    drain() {
      health.draining();
      crew.tell({ type: 'drain' });
    },
    async stop(limits) {
      await crew.stop(limits);
      process.off('SIGHUP', passHangUpOn);
    },
  };
}
