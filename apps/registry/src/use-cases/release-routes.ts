import { pathName } from '../catalog/routes/path-claim';
import type { ApplyEventDeps } from './apply-event';

export interface ReleaseRoutesDeps extends Pick<ApplyEventDeps, 'catalog' | 'store' | 'clock' | 'under'> {
  /** How long a service holds a path that no instance announces any more, milliseconds. */
  readonly routeMemoryMs: number;
}

/** So many at a time: the registrations of others must not wait for them. */
const BATCH = 1000;

/** Paths that a service holds no more. */
export interface ReleasedRoutes {
  readonly serviceName: string;
  readonly paths: readonly string[];
}

/** What came of the paths that no instance announces. */
export interface RouteReleases {
  readonly released: readonly ReleasedRoutes[];
  /** Why paths could not be released, by service. They are found again the next time. */
  readonly failures: ReadonlyMap<string, unknown>;
}

/** Releases claims that no instance has announced for the route memory. What is refused to one service keeps no other. */
export async function releaseRoutes(deps: ReleaseRoutesDeps): Promise<RouteReleases> {
  const { catalog, store, clock, routeMemoryMs, under } = deps;
  const { epochMs } = clock.moment();
  const released: ReleasedRoutes[] = [];
  const failures = new Map<string, unknown>();
  await Promise.all(
    catalog.claims.unannounced(epochMs - routeMemoryMs, BATCH).map(async ({ serviceName, paths }) => {
      const change = { serviceName, at: epochMs, put: [], remove: [], released: paths, notes: [] };
      try {
        const { kind } = await store.commit(change, under);
        if (kind === 'committed') released.push({ serviceName, paths: paths.map(pathName) });
      } catch (error) {
        failures.set(serviceName, error);
      }
    }),
  );
  return { released, failures };
}
