import { resolve } from 'node:path';
import { createResolver, type Resolver } from '@rollcall/registry-client';
import type { Logger } from '@rollcall/service-kit';
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
  { REGISTRY_URL, REGISTRY_TOKEN, REGISTRY_CA_FILE, DATA_DIR }: Readonly<GatewayConfig>,
  { logger, instanceId, keepsCatalog, onSynced }: ResolverOptions,
): Resolver {
  const log = logResolverEvents(logger);
  return createResolver({
    registryUrls: REGISTRY_URL,
    ...(REGISTRY_TOKEN === undefined ? {} : { token: REGISTRY_TOKEN }),
    ...(REGISTRY_CA_FILE === undefined ? {} : { caFile: REGISTRY_CA_FILE }),
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
