import type { UsualLease } from '../catalog/heartbeat-interval';
import { createShares, type Shares } from '../shares/shares';
import type { CallDefinition } from './call-route';
import { aboutApi } from './about-api';
import { catalogApi, type CatalogApiOptions } from './catalog-api';
import { drainApi, type DrainApiOptions } from './drain-api';
import { instanceApi, type InstanceApiOptions } from './instance-api';
import { operatorApi } from './operator-api';
import { sessionApi, type SessionApiOptions } from './session-api';
import { createWaitLimit, type WaitLimit } from './wait-limit';
import { watchApi, type WatchApiOptions } from './watch-api';

export interface RegistryApiOptions
  extends InstanceApiOptions,
    SessionApiOptions,
    Omit<CatalogApiOptions, 'waits'>,
    Omit<DrainApiOptions, 'waits'>,
    Omit<WatchApiOptions, keyof WatchLimits> {
  readonly usualLease: UsualLease;
  readonly limits: RegistryLimits;
}

type WatchLimits = Pick<WatchApiOptions, 'watchers' | 'watchedNames' | 'retryAfterSeconds'>;

/** Bounds of what callers hold open. */
export interface RegistryLimits {
  readonly maxWatchers: number;
  readonly maxWatchedNames: number;
  readonly fairShares: boolean;
}

/** Every call of docs/protocol.md. */
export function registryApi(options: RegistryApiOptions): readonly CallDefinition[] {
  const { usualLease, limits } = options;
  const { maxWatchers, maxWatchedNames, fairShares: fair } = limits;
  const retryAfterSeconds = usualLease.heartbeatIntervalSeconds;
  const sharesOf = (bound: number): Shares => createShares({ bound, fair });
  // One each: however many discoveries wait, drains have places of their own.
  const newWaitLimit = (): WaitLimit => createWaitLimit({ shares: sharesOf(maxWatchers), retryAfterSeconds });
  const watchers = sharesOf(maxWatchers);
  const watchedNames = sharesOf(maxWatchedNames);
  return [
    ...instanceApi(options),
    ...drainApi({ ...options, waits: newWaitLimit() }),
    ...operatorApi(options),
    ...aboutApi(),
    ...catalogApi({ ...options, waits: newWaitLimit() }),
    ...sessionApi(options),
    ...watchApi({ ...options, watchers, watchedNames, retryAfterSeconds }),
  ];
}
