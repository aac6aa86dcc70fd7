import type { Instance, InstanceStatus } from '@rollcall/contracts';
import {
  createHostHealth,
  type AttemptLoad,
  type Candidate,
  type HostAttempt,
  type Standing,
} from '@rollcall/load-balancing';
import { createConnections, type ConnectionRules, type Connections } from './connections';

/** An instance as one service client sees it, for as long as it is listed at the same address. */
export interface Upstream extends Candidate {
  readonly instance: Instance;
  readonly status: InstanceStatus;
  readonly connections: Connections;
  standing(now: number): Standing;
  begin(now: number): HostAttempt;
  /** The registry has sent a new record of it. */
  update(instance: Instance, now: number): void;
  /** It is no longer listed: answers in flight go on, idle connections are closed. */
  retire(): void;
}

export interface UpstreamOptions {
  readonly instance: Instance;
  /** See `Candidate`. */
  readonly since: number;
  readonly connecting: ConnectionRules;
  /** Whether one more instance of the service may be ejected. */
  readonly mayLoseOneMore: (now: number) => boolean;
  /** Where attempts at it are counted. */
  readonly load?: AttemptLoad | undefined;
}

export function createUpstream(options: UpstreamOptions): Upstream {
  const { since, connecting, mayLoseOneMore, load } = options;
  let { instance } = options;
  const health = createHostHealth({ listed: instance, since, mayEject: mayLoseOneMore, load });
  const connections = createConnections(connecting);
  connections.keepIdle(mayKeepIdle(instance));

  return {
    id: instance.instance_id,
    get weight() {
      return instance.weight;
    },
    get zone() {
      return instance.zone;
    },
    get inFlight() {
      return health.inFlight;
    },
    get instance() {
      return instance;
    },
    get status() {
      return instance.status;
    },
    get since() {
      return health.since;
    },
    connections,
    latencyMs: (now) => health.latencyMs(now),
    standing: (now) => health.standing(now),
    begin: (now) => health.begin(now),
    update(next, now) {
      instance = next;
      health.update(next, now);
      connections.keepIdle(mayKeepIdle(next));
    },
    retire: () => connections.keepIdle(false),
  };
}

/**
 * An instance that is leaving closes its idle connections, and no request must be on its way in one of them
 * (nodejs/node#20256): by the time a drain is acknowledged there is none left.
 */
function mayKeepIdle({ status }: Instance): boolean {
  return status !== 'draining' && status !== 'out_of_service';
}
