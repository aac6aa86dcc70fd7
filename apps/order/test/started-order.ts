import { createFakeRegistry, type FakeRegistry } from '@rollcall/registry-client/testing';
import { createLogger } from '@rollcall/service-kit';
import { composeOrder } from '../src/compose';
import { orderConfig } from '../src/config';

export interface StartedOrder {
  readonly url: string;
  readonly registry: FakeRegistry;
  stop(): Promise<void>;
}

/** The whole service as `main` composes it, on a free port, with its rows in memory and a registry of its own. */
export async function startOrder(settings: NodeJS.ProcessEnv = {}): Promise<StartedOrder> {
  const logger = createLogger({ service: 'order', level: 'error', pretty: false });
  logger.silent = true;
  const registry = createFakeRegistry();
  await registry.start();
  const config = orderConfig.read({
    PORT: '0',
    DATA_DIR: 'off',
    REGISTRY_URL: registry.url,
    DRAIN_LINGER_MS: '0',
    // Longer than a busy machine needs: no spec waits for it.
    PRODUCT_TIMEOUT_MS: '5000',
    ...settings,
  });
  const service = composeOrder(config, { logger });
  const { port } = await service.start();
  return {
    url: `http://127.0.0.1:${port}`,
    registry,
    async stop() {
      await service.stop();
      await registry.stop();
    },
  };
}
