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

/**
 * Releases claims that no instance has announced for the route memory.
 *
 * @throws when the store does
 */
export async function releaseRoutes(deps: ReleaseRoutesDeps): Promise<readonly ReleasedRoutes[]> {
  const { catalog, store, clock, routeMemoryMs, under } = deps;
  const { epochMs } = clock.moment();
  const forgotten = catalog.claims.unannounced(epochMs - routeMemoryMs, BATCH);
  const results = await Promise.all(
    forgotten.map(({ serviceName, paths }) =>
      store.commit({ serviceName, at: epochMs, put: [], remove: [], released: paths, notes: [] }, under),
    ),
  );
  return forgotten
    .filter((_one, at) => results[at]?.kind === 'committed')
    .map(({ serviceName, paths }) => ({ serviceName, paths: paths.map(pathName) }));
}
