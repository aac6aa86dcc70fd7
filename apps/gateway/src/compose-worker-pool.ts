import cluster from 'node:cluster';
import { join } from 'node:path';
import { createHealth, createServerTls, type Logger } from '@rollcall/service-kit';
import type { AppError } from '@rollcall/service-kit';
import { createWorkerPool } from './cluster/worker-pool';
import { WorkerPoolRegistry } from './cluster/worker-pool-metrics';
import { createWorkerPoolLoad } from './cluster/worker-pool-load';
import { createWorkerPoolOperations } from './cluster/worker-pool-operations';
import { createWorkerRpcClient, type WorkerRpc } from './cluster/worker-rpc';
import { createWorkerLink, type WorkerLink } from './cluster/worker-link';
import type { DataPath } from './data-path';
import type { GatewayConfig } from './config';
import { createGatewayMetrics } from './metrics/gateway-metrics';
import type { Route } from './routing/route';

export interface WorkerPoolDeps {
  readonly logger: Logger;
  /** Under which this gateway is registered, or will be. */
  readonly instanceId: string;
  /** `<instance_id>/<epoch>` while this gateway is registered. */
  readonly identity: () => string | undefined;
  /** The workers cannot be kept alive. */
  readonly onLost: (error: AppError) => void;
}

/** A data path of several processes (`GATEWAY_WORKERS`), steered from this one, which carries no traffic itself. */
export function composeWorkerPool(
  config: Readonly<GatewayConfig>,
  { logger, instanceId, identity, onLost }: WorkerPoolDeps,
): DataPath {
  const size = config.GATEWAY_WORKERS;
  const clients = new Map<WorkerLink, WorkerRpc>();
  const present = (): readonly WorkerRpc[] => pool.workers.flatMap((worker) => clients.get(worker) ?? []);
  const now = (): number => performance.now();
  const registry = new WorkerPoolRegistry(present, now);
  const load = createWorkerPoolLoad(present);
  const metrics = createGatewayMetrics({ service: config.SERVICE_NAME, registry });
  const health = createHealth();
  let routes: readonly Route[] | undefined;

  function fork(place: number): WorkerLink {
    const worker = createWorkerLink(cluster.fork(), (last) => load.keep(last));
    clients.set(
      worker,
      createWorkerRpcClient((operation, input) => worker.ask(operation, input)),
    );
    worker.tell({
      type: 'begin',
      workers: size,
      keepsCatalog: place === 0,
      routes,
      instanceId,
      identity: identity(),
    });
    return worker;
  }

  const pool = createWorkerPool({
    size,
    fork,
    logger,
    now,
    onGone(worker) {
      const rpc = clients.get(worker);
      clients.delete(worker);
      if (rpc !== undefined) void registry.retire(rpc);
    },
    onLost,
  });
  // As long as one of them serves, the gateway does: the port is one.
  health.addCheck('workers', () => {
    if (!pool.workers.some(({ synced }) => synced))
      throw new Error('no worker has heard from the registry yet');
  });

  const tls = createServerTls(config, { logger, metrics });
  // The connections are theirs: a certificate that is to be read at once is for them to read.
  const followsFiles = [
    config.TLS_CERT_FILE,
    config.REGISTRY_CA_FILE,
    config.REGISTRY_CERT_FILE,
    config.UPSTREAM_CA_FILE,
    config.UPSTREAM_CERT_FILE,
  ].some(Boolean);
  const passHangUpOn = (): void => {
    for (const worker of pool.workers) worker.hangUp();
  };

  return {
    operations: createWorkerPoolOperations(present),
    load,
    metrics,
    health,
    tls,
    replaceFileRoutes(next) {
      routes = next;
      pool.tell({ type: 'routes', routes: next });
    },
    identify: () => pool.tell({ type: 'identity', identity: identity() }),
    async start() {
      cluster.setupPrimary({ exec: join(__dirname, 'worker-main.js'), serialization: 'advanced' });
      if (followsFiles) process.on('SIGHUP', passHangUpOn);
      const { port } = await pool.start();
      health.started();
      return { port };
    },
    drain() {
      health.draining();
      pool.tell({ type: 'drain' });
    },
    async stop(limits) {
      await pool.stop(limits);
      process.off('SIGHUP', passHangUpOn);
    },
  };
}
