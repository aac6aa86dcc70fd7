import type { GatewayState } from '@rollcall/contracts';
import type { HealthReport } from '@rollcall/service-kit';
import type { Operations } from './operations';
import { digestOfAll, routeDigest } from './routes-digest';

/** What a gateway says of itself: at its admin port, and to registries that ask. */
export interface SelfDescription {
  state(): Promise<GatewayState>;
  /** The effective settings, secrets masked, and which content of the routes file is in force. */
  config(): Readonly<Record<string, unknown>>;
}

export interface SelfDescriptionOptions {
  readonly operations: Pick<Operations, 'routes' | 'upstreams'>;
  readonly version: string;
  readonly readiness: () => Promise<HealthReport>;
  /** Secrets masked. */
  readonly settings: () => Readonly<Record<string, unknown>>;
  /** How it stands with the routes file; `undefined` where there is none. */
  readonly routesStatus: () => object | undefined;
}

/** Checks that fail until everything has been heard from a registry: of this process, or of its workers. */
const OF_THE_REGISTRY: ReadonlySet<string> = new Set(['registry', 'workers']);

export function createSelfDescription(options: SelfDescriptionOptions): SelfDescription {
  const { operations, version, readiness, settings, routesStatus } = options;
  return {
    async state() {
      const [routes, upstreams, { checks }] = await Promise.all([
        operations.routes(),
        operations.upstreams(),
        readiness(),
      ]);
      return {
        version,
        node: process.version,
        synced: checks.every(({ name, ok }) => ok || !OF_THE_REGISTRY.has(name)),
        routes_digest: digestOfAll(routes.routes.map(routeDigest)),
        routes: routes.routes.length,
        refused_routes: routes.refused.length,
        upstreams: upstreams.length,
        in_flight: upstreams.reduce((sum, { in_flight }) => sum + in_flight, 0),
        ejected: upstreams.filter(
          ({ ejection, ejected_by_hand }) => ejection !== null || ejected_by_hand !== null,
        ),
      };
    },
    config: () => ({ ...settings(), routes_file: routesStatus() ?? null }),
  };
}
