import type { Logger } from '@rollcall/service-kit';
import { createRoutesFile } from './adapters/routes-file';
import type { GatewayConfig } from './config';
import { defaultPolicy } from './default-policy';
import { logRoutesEvent } from './event-logger';
import type { GatewayMetrics } from './metrics/gateway-metrics';
import { createRoutesReloadLoop, type RoutesReloadLoop } from './routes-reload-loop';
import type { Route } from './routing/route';

export interface RoutesFileDeps {
  readonly logger: Logger;
  readonly metrics: Pick<GatewayMetrics, 'routesFile'>;
  readonly apply: (routes: readonly Route[]) => void;
}

/** The loop that follows ROUTES_FILE; `undefined` without that setting. */
export function composeRoutesFile(
  config: Readonly<GatewayConfig>,
  { logger, metrics, apply }: RoutesFileDeps,
): RoutesReloadLoop | undefined {
  if (config.ROUTES_FILE === undefined) return undefined;
  return createRoutesReloadLoop({
    source: createRoutesFile(config.ROUTES_FILE, { defaults: defaultPolicy(config), zone: config.ZONE }),
    apply,
    onEvent(event) {
      metrics.routesFile(event.type);
      logRoutesEvent(logger, event);
    },
  });
}
