import { resolve } from 'node:path';
import { createResolver, type Resolver } from '@rollcall/registry-client';
import { registryOptions, type Logger } from '@rollcall/service-kit';
import type { GatewayConfig } from './config';
import { logResolverEvents } from './event-logger';

export interface ResolverOptions {
  readonly logger: Logger;
  readonly instanceId: string;
  /** Whether what the registry says is written to disk. */
  readonly keepsCatalog: boolean;
  /** Everything has been heard from a registry. */
  readonly onSynced: () => void;
}

/** The whole catalog as the registries tell it. */
export function composeResolver(
  config: Readonly<GatewayConfig>,
  { logger, instanceId, keepsCatalog, onSynced }: ResolverOptions,
): Resolver {
  const { DATA_DIR } = config;
  const log = logResolverEvents(logger);
  return createResolver({
    ...registryOptions(config),
    services: '*',
    as: instanceId,
    ...(DATA_DIR === 'off' ? {} : { cacheFile: resolve(DATA_DIR, 'gateway', 'catalog.json') }),
    cacheReadOnly: !keepsCatalog,
    onEvent(event) {
      log(event);
      if (event.type === 'synced') onSynced();
    },
  });
}
