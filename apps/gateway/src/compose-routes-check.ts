import type { RouteView } from '@rollcall/contracts';
import { createRoutesFile } from './adapters/routes-file';
import { gatewayConfig } from './config';
import { routesFileSettings } from './default-policy';
import { describeRouting } from './operations/operator-views';
import type { RoutesFault } from './ports/routes-source';

/** A route of a file, described as `GET /routes` describes those in force. */
export type FileRouteView = Omit<RouteView, 'instances'>;

/** What a routes file would be to a gateway: its routes, or everything for which it would be refused. */
export type CheckedRoutes =
  | { readonly routes: readonly FileRouteView[] }
  | { readonly faults: readonly RoutesFault[] };

/**
 * Reads a routes file as a gateway does, without one.
 *
 * @param env a gateway's settings, as far as the meaning of a file depends on them: time-outs, attempts, `ZONE`, `NODE_ENV`
 * @throws ConfigError when one of these cannot be used
 */
export function checkRoutesFile(path: string, env: NodeJS.ProcessEnv): CheckedRoutes {
  const settings = gatewayConfig.read(
    Object.fromEntries(Object.entries(env).filter(([name]) => MEANT.has(name))),
  );
  const parsed = createRoutesFile(path, routesFileSettings(settings)).read().parse();
  return 'faults' in parsed ? parsed : { routes: parsed.routes.map(describeRouting) };
}

const MEANT: ReadonlySet<string> = new Set([
  'ALLOWED_CIDRS',
  'HEADERS_TIMEOUT_MS',
  'IDLE_TIMEOUT_MS',
  'MAX_ATTEMPTS',
  'MAX_IN_FLIGHT',
  'NODE_ENV',
  'ZONE',
]);
