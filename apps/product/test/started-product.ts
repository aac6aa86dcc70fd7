import { createFakeRegistry, type FakeRegistry } from '@rollcall/registry-client/testing';
import { createLogger } from '@rollcall/service-kit';
import { composeProduct } from '../src/compose';
import { productConfig } from '../src/config';

export interface StartedProduct {
  readonly url: string;
  readonly registry: FakeRegistry;
  stop(): Promise<void>;
}

/** The whole service as `main` composes it, on a free port, with its rows in memory unless the settings say more. */
export async function startProduct(settings: NodeJS.ProcessEnv = {}): Promise<StartedProduct> {
  const logger = createLogger({ service: 'product', level: 'error', pretty: false });
  logger.silent = true;
  const registry = createFakeRegistry();
  await registry.start();
  const config = productConfig.read({
    PORT: '0',
    DATA_DIR: 'off',
    REGISTRY_URL: registry.url,
    DRAIN_LINGER_MS: '0',
    ...settings,
  });
  const service = composeProduct(config, { logger });
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
