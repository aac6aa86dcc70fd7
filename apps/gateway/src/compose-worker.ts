import { AppError, type Logger, type Service } from '@rollcall/service-kit';
import type { Order } from './cluster/messages';
import { onOrder, tellPrimary } from './cluster/primary-channel';
import { shareOfConfig, shareOfRoute } from './cluster/share-of-limits';
import { answerAtDesk, type WorkerDesk } from './cluster/worker-desk';
import { composeDataPath, type DataPath } from './compose-data-path';
import type { GatewayConfig } from './config';
import type { Route } from './routing/route';

type Begin = Extract<Order, { type: 'begin' }>;

/** One of several processes that carry a gateway's traffic; everything else is with the primary. */
export function composeWorker(config: Readonly<GatewayConfig>, { logger }: { logger: Logger }): Service {
  let dataPath: DataPath | undefined;
  let identity: string | undefined;
  let workers = 1;
  let limits = { lingerMs: config.DRAIN_LINGER_MS, timeoutMs: config.DRAIN_TIMEOUT_MS };
  let begin: (order: Begin) => void = () => undefined;
  const begun = new Promise<Begin>((resolve) => (begin = resolve));

  const useRoutes = (routes: readonly Route[]): void =>
    dataPath?.replaceFileRoutes(routes.map((route) => shareOfRoute(route, workers)));

  onOrder((order) => {
    switch (order.type) {
      case 'begin':
        return begin(order);
      case 'routes':
        return useRoutes(order.routes);
      case 'identity':
        identity = order.identity;
        return;
      case 'drain':
        return dataPath?.drain();
      case 'stop':
        limits = order.limits;
        return;
      case 'ask':
        return void answer(order);
    }
  });

  async function answer({ id, operation, input }: Extract<Order, { type: 'ask' }>): Promise<void> {
    try {
      if (dataPath === undefined) throw new Error('this worker has not begun');
      tellPrimary({ type: 'answer', id, answer: await answerAtDesk(deskOf(dataPath), operation, input) });
    } catch (error) {
      tellPrimary({ type: 'no-answer', id, ...refusalOf(error) });
    }
  }

  return {
    async start() {
      const order = await begun;
      ({ identity, workers } = order);
      dataPath = composeDataPath(shareOfConfig(config, workers), {
        logger,
        identity: () => identity,
        workers,
        keepsCatalog: order.keepsCatalog,
        onSynced: () => tellPrimary({ type: 'synced' }),
      });
      if (order.routes !== undefined) useRoutes(order.routes);
      try {
        const { port } = await dataPath.start();
        tellPrimary({ type: 'listening', port });
      } catch (error) {
        const { code, message } = refusalOf(error);
        tellPrimary({ type: 'not-started', code, message });
        throw error;
      }
    },
    stop: async () => dataPath?.stop(limits),
  };
}

function deskOf({ operations, metrics }: DataPath): WorkerDesk {
  return { ...operations, metrics: () => metrics.registry.getMetricsAsJSON() };
}

function refusalOf(error: unknown): { code: string; status: number; message: string } {
  if (error instanceof AppError) return { code: error.code, status: error.status, message: error.message };
  return {
    code: 'INTERNAL_ERROR',
    status: 500,
    message: error instanceof Error ? error.message : String(error),
  };
}
