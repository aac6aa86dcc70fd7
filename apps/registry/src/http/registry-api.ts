import type { BoundUse } from '@rollcall/contracts';
import { packageVersion, type UnreadAnswers } from '@rollcall/service-kit';
import type { UsualLease } from '../catalog/heartbeat-interval';
import { createLiveHub } from '../live/live-hub';
import { liveTopics, type LiveTopicsOptions } from '../live/live-topics';
import { createQuestionHub, MOST_OPEN_QUESTIONS } from '../questions/question-hub';
import { createShares, type Shares } from '../shares/shares';
import { describeRegistry } from '../use-cases/describe-registry';
import type { WatchHub } from '../watch/watch-hub';
import type { CallDefinition } from './call-route';
import { aboutApi, type AboutApiOptions } from './about-api';
import { catalogApi, type CatalogApiOptions } from './catalog-api';
import { drainApi, type DrainApiOptions } from './drain-api';
import { instanceApi, type InstanceApiOptions } from './instance-api';
import { gatewayApi, type GatewayApiOptions } from './gateway-api';
import { liveApi } from './live-api';
import { operatorApi } from './operator-api';
import { questionApi } from './question-api';
import { sessionApi, type SessionApiOptions } from './session-api';
import { trafficApi, type TrafficApiOptions } from './traffic-api';
import { createWaitLimit, type WaitLimit } from './wait-limit';
import { watchApi, type WatchApiOptions } from './watch-api';

export interface RegistryApiOptions
  extends InstanceApiOptions,
    SessionApiOptions,
    Omit<AboutApiOptions, 'boundUse' | 'version' | keyof SessionApiOptions>,
    Omit<CatalogApiOptions, 'waits'>,
    Omit<DrainApiOptions, 'waits'>,
    Omit<WatchApiOptions, keyof WatchLimits>,
    TrafficApiOptions,
    Omit<LiveTopicsOptions, 'describeRegistry'>,
    Pick<GatewayApiOptions, 'logger'> {
  /** The streams of people. */
  readonly liveStreams: WatchHub;
  readonly usualLease: UsualLease;
  /** What callers have not read yet. */
  readonly unread: Pick<UnreadAnswers, 'bytes'>;
  readonly bounds: RegistryBounds;
  /** Places of connections. */
  readonly connections: Shares;
}

type WatchLimits = Pick<WatchApiOptions, 'watchers' | 'watchedNames' | 'retryAfterSeconds'>;

/** Bounds of what callers register and hold open. */
export interface RegistryBounds {
  readonly maxInstances: number;
  readonly maxServices: number;
  readonly maxUnreadBytes: number;
  readonly maxWatchers: number;
  readonly maxWatchedNames: number;
  readonly trafficSeries: number;
  readonly maxLive: number;
  readonly fairShares: boolean;
}

/** Every call of docs/protocol.md. */
export function registryApi(options: RegistryApiOptions): readonly CallDefinition[] {
  const { usualLease, bounds, routeBounds, catalog, traffic, unread, connections } = options;
  const { maxWatchers, maxWatchedNames, fairShares: fair } = bounds;
  const retryAfterSeconds = usualLease.heartbeatIntervalSeconds;
  const sharesOf = (bound: number): Shares => createShares({ bound, fair });
  // One each: however many discoveries wait, drains have places of their own.
  const newWaitLimit = (): WaitLimit => createWaitLimit({ shares: sharesOf(maxWatchers), retryAfterSeconds });
  const watchers = sharesOf(maxWatchers);
  const watchedNames = sharesOf(maxWatchedNames);
  const questions = createQuestionHub({ ...options, places: sharesOf(MOST_OPEN_QUESTIONS) });
  options.closing.addEventListener('abort', () => questions.end(), { once: true });
  const livePlaces = sharesOf(bounds.maxLive);
  const about = { ...options, boundUse, version: packageVersion(__dirname) };
  const topics = liveTopics({ ...options, describeRegistry: () => describeRegistry(about) });
  const live = createLiveHub({ ...options, streams: options.liveStreams, topics });
  return [
    ...instanceApi(options),
    ...drainApi({ ...options, waits: newWaitLimit() }),
    ...operatorApi(options),
    ...aboutApi(about),
    ...catalogApi({ ...options, waits: newWaitLimit() }),
    ...trafficApi(options),
    ...sessionApi(options),
    ...watchApi({ ...options, watchers, watchedNames, retryAfterSeconds }),
    ...questionApi({ ...options, questions }),
    ...gatewayApi({ ...options, questions }),
    ...liveApi({ ...options, live, livePlaces, retryAfterSeconds }),
  ];

  function boundUse(): Readonly<Record<string, BoundUse>> {
    return {
      MAX_INSTANCES: { used: catalog.instanceCount, limit: bounds.maxInstances },
      MAX_SERVICES: { used: catalog.serviceCount, limit: bounds.maxServices },
      MAX_ROUTES: { used: catalog.claims.size, limit: routeBounds.maxRoutes },
      MAX_WATCHERS: useOf(watchers),
      MAX_WATCHED_NAMES: useOf(watchedNames),
      MAX_LIVE: useOf(livePlaces),
      MAX_CONNECTIONS: useOf(connections),
      ...(traffic.isOn && { TRAFFIC_SERIES: { used: traffic.seriesCount, limit: bounds.trafficSeries } }),
      MAX_UNREAD_BYTES: { used: unread.bytes, limit: bounds.maxUnreadBytes },
    };
  }
}

function useOf({ taken, bound }: Shares): BoundUse {
  return { used: taken, limit: bound };
}
