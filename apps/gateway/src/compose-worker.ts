import { AppError, type Service, type ServiceKit } from '@rollcall/service-kit';
import type { PrimaryMessage } from './cluster/messages';
import { tellPrimary, tellPrimaryWhole, type PrimaryChannel } from './cluster/primary-channel';
import { shareOfSettings, shareOfRoute } from './policies/share-of-limits';
import { answerWorkerRpc, type WorkerRpc } from './cluster/worker-rpc';
import { composeDataPath } from './compose-data-path';
import type { DataPath } from './data-path';
import type { GatewayConfig } from './config';
import type { Route } from './routing/route';

type Begin = Extract<PrimaryMessage, { type: 'begin' }>;

/** One of several processes that carry a gateway's traffic; everything else is with the primary. */
export function composeWorker(
  config: Readonly<GatewayConfig>,
  { logger, tracer, channel }: ServiceKit & { readonly channel: Pick<PrimaryChannel, 'onMessage'> },
): Service {
  let dataPath: DataPath | undefined;
  // What is told while the data path is not composed yet counts too: later it would not be told again.
  let identity: string | undefined;
  let routes: readonly Route[] | undefined;
  let isDraining = false;
  let workers = 1;
  let limits = { lingerMs: config.DRAIN_LINGER_MS, timeoutMs: config.DRAIN_TIMEOUT_MS };
  let begin: (message: Begin) => void = () => undefined;
  const begun = new Promise<Begin>((resolve) => (begin = resolve));

  const useRoutes = (): void => {
    if (routes !== undefined)
      dataPath?.replaceFileRoutes(routes.map((route) => shareOfRoute(route, workers)));
  };

  channel.onMessage((message) => {
    switch (message.type) {
      case 'begin':
        ({ identity, routes, workers } = message);
        return begin(message);
      case 'routes':
        ({ routes } = message);
        return useRoutes();
      case 'identity':
        ({ identity } = message);
        return;
      case 'drain':
        isDraining = true;
        return dataPath?.drain();
      case 'stop':
        limits = message.limits;
        return;
      case 'ask':
        return void answer(message);
    }
  });

  async function answer({ id, operation, input }: Extract<PrimaryMessage, { type: 'ask' }>): Promise<void> {
    try {
      if (dataPath === undefined) throw new Error('this worker has not begun');
      tellPrimary({ type: 'answer', id, answer: await answerWorkerRpc(rpcOf(dataPath), operation, input) });
    } catch (error) {
      tellPrimary({ type: 'no-answer', id, ...refusalOf(error) });
    }
  }

  return {
    async start() {
      const message = await begun;
      dataPath = composeDataPath(shareOfSettings(config, workers), {
        logger,
        tracer,
        instanceId: message.instanceId,
        identity: () => identity,
        workers,
        keepsCatalog: message.keepsCatalog,
        onSynced: () => tellPrimary({ type: 'synced' }),
      });
      useRoutes();
      if (isDraining) dataPath.drain();
      try {
        const { port } = await dataPath.start();
        tellPrimary({ type: 'listening', port });
      } catch (error) {
        const { code, message } = refusalOf(error);
        tellPrimary({ type: 'not-started', code, message });
        throw error;
      }
    },
    async stop() {
      if (dataPath === undefined) return;
      await dataPath.stop(limits);
      await tellPrimaryWhole({ type: 'last-load', load: await dataPath.load.take() });
    },
  };
}

function rpcOf({ operations, metrics, load }: DataPath): WorkerRpc {
  return {
    ...operations,
    metrics: async () => ({ families: await metrics.registry.getMetricsAsJSON(), names: metrics.names() }),
    async load(isWanted) {
      const taken = await load.take();
      load.count(isWanted);
      return taken;
    },
  };
}

function refusalOf(error: unknown): { code: string; status: number; message: string; expose: boolean } {
  if (error instanceof AppError) {
    const { code, status, message, expose } = error;
    return { code, status, message, expose };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INTERNAL_ERROR', status: 500, message, expose: false };
}
