import type { UsualLease } from '../catalog/heartbeat-interval';
import type { SessionHub } from '../sessions/session-hub';
import type { DrainDeps } from '../use-cases/drain';
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
import { createWaitingRoom } from './waiting-room';
import { watchApi } from './watch-api';

export interface RegistryApiOptions extends InstanceCallsDeps, Omit<CatalogCallsDeps, 'room'>, DrainDeps {
  readonly usualLease: UsualLease;
  readonly hub: WatchHub;
  readonly sessions: SessionHub;
  readonly maxWatchers: number;
  /** Aborts when the registry is going and must keep nobody waiting. */
  readonly closing: AbortSignal;
}

/** Every call of docs/protocol.md. */
export function registryApi(options: RegistryApiOptions): readonly CallDefinition[] {
  const { closing, usualLease, maxWatchers } = options;
  const retryAfterSeconds = usualLease.heartbeatIntervalSeconds;
  const room = createWaitingRoom({ bound: maxWatchers, retryAfterSeconds });
  return [
    ...instanceApi(createInstanceCalls(options)),
    ...drainApi(createDrainCalls({ ...options, room }), closing),
    ...overrideApi(options),
    ...guardApi(options),
    ...catalogApi(createCatalogCalls({ ...options, room }), closing),
    ...sessionApi(options),
    ...watchApi({ ...options, retryAfterSeconds }),
  ];
}
