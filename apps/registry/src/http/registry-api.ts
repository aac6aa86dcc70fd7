import type { UsualLease } from '../catalog/heartbeat-interval';
import type { SessionHub } from '../sessions/session-hub';
import { createShares, type Shares } from '../shares/shares';
import type { DrainDeps } from '../use-cases/drain';
import type { SubscriberRoll } from '../watch/subscriber-roll';
import type { WatchHub } from '../watch/watch-hub';
import type { CallDefinition } from './call-route';
import { catalogApi } from './catalog-api';
import { createCatalogCalls, type CatalogCallsDeps } from './catalog-calls';
import { drainApi } from './drain-api';
import { createDrainCalls } from './drain-calls';
import { guardApi } from './guard-api';
import { instanceApi } from './instance-api';
import { createInstanceCalls, type InstanceCallsDeps } from './instance-calls';
import { overrideApi } from './override-api';
import { sessionApi } from './session-api';
import { createWaitingRoom, type WaitingRoom } from './waiting-room';
import { watchApi } from './watch-api';

export interface RegistryApiOptions extends InstanceCallsDeps, Omit<CatalogCallsDeps, 'room'>, DrainDeps {
  readonly usualLease: UsualLease;
  readonly hub: WatchHub;
  readonly sessions: SessionHub;
  readonly roll: SubscriberRoll;
  readonly limits: RegistryLimits;
  readonly aliasOf: (subscriber: string) => string;
  /** Aborts when the registry is going and must keep nobody waiting. */
  readonly closing: AbortSignal;
}

/** How many of everything that a caller can make there is. */
export interface RegistryLimits {
  readonly maxWatchers: number;
  readonly maxWatchedNames: number;
  readonly fairShares: boolean;
}

/** Every call of docs/protocol.md. */
export function registryApi(options: RegistryApiOptions): readonly CallDefinition[] {
  const { closing, usualLease, limits } = options;
  const { maxWatchers, maxWatchedNames, fairShares: fair } = limits;
  const retryAfterSeconds = usualLease.heartbeatIntervalSeconds;
  const sharesOf = (bound: number): Shares => createShares({ bound, fair });
  // Two of them: however many discoveries wait, drains have places of their own.
  const newRoom = (): WaitingRoom => createWaitingRoom({ shares: sharesOf(maxWatchers), retryAfterSeconds });
  const watchers = sharesOf(maxWatchers);
  const watchedNames = sharesOf(maxWatchedNames);
  return [
    ...instanceApi(createInstanceCalls(options)),
    ...drainApi(createDrainCalls({ ...options, room: newRoom() })),
    ...overrideApi(options),
    ...guardApi(options),
    ...catalogApi(createCatalogCalls({ ...options, room: newRoom() }), closing),
    ...sessionApi(options),
    ...watchApi({ ...options, watchers, watchedNames, retryAfterSeconds }),
  ];
}
