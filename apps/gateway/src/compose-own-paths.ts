import type { RequestListener } from 'node:http';
import type { Resolver } from '@rollcall/registry-client';
import {
  createHttpApp,
  type AuthorityLoop,
  type ClientPairLoop,
  type Health,
  type Logger,
} from '@rollcall/service-kit';
import { createHttpRegistry } from './adapters/http-registry';
import { createResolverCatalogView } from './adapters/resolver-catalog-view';
import { legacyApiGuard } from './browser-guards';
import type { GatewayConfig } from './config';
import { mountLegacyApi } from './http/legacy-api';
import type { GatewayMetrics } from './metrics/gateway-metrics';

export interface OwnPathsOptions {
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly health: Health;
  readonly identity: () => string | undefined;
  readonly resolver: Resolver;
  /** Of the registries' certificates. */
  readonly authority: AuthorityLoop | undefined;
  /** Shown to registries that ask for a certificate. */
  readonly pair: ClientPairLoop | undefined;
}

/** The paths that the gateway answers itself on the port of the traffic: health, and the legacy API. */
export function composeOwnPaths(
  config: Readonly<GatewayConfig>,
  { logger, metrics, health, identity, resolver, authority, pair }: OwnPathsOptions,
): RequestListener {
  const registry = createHttpRegistry({
    registryUrls: config.REGISTRY_URL,
    ca: authority?.current,
    pair: pair?.current,
  });
  return createHttpApp({
    logger,
    metrics,
    health,
    identity,
    mount(app) {
      const catalog = createResolverCatalogView(resolver);
      const guard = legacyApiGuard(config);
      if (config.LEGACY_CALLS) mountLegacyApi(app, { registry, catalog, guard });
    },
  });
}
