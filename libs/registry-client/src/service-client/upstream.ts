import type { Instance, InstanceStatus } from '@rollcall/contracts';
import {
  attemptVerdict,
  createLatencyMeter,
  createOutlierDetector,
  type Candidate,
  type Outcome,
  type Standing,
} from '@rollcall/load-balancing';
import { createConnections, type ConnectionRules, type Connections } from './connections';

/** An instance as one service client sees it, for as long as it is listed at the same address. */
export interface Upstream extends Candidate {
  readonly instance: Instance;
  readonly status: InstanceStatus;
  readonly connections: Connections;
  standing(now: number): Standing;
  /** An attempt begins. @returns what ends it, to be called once with how it went */
  begin(now: number): (end: AttemptEnd, now: number) => void;
  /** The registry has said something new of it. */
  renew(instance: Instance, now: number): void;
}

export interface AttemptEnd {
  readonly outcome: Outcome;
  /** Of the answer, where one began. */
  readonly status?: number;
  readonly socketReused?: boolean;
}

export interface UpstreamOptions {
  readonly instance: Instance;
  /** See `Candidate`. */
  readonly since: number;
  readonly connecting: ConnectionRules;
  /** Whether the service can do without one more of its instances. */
  readonly mayLoseOneMore: (now: number) => boolean;
}

/** What a failure counts for where answers are timed. */
const FAILURE_MS = 1000;

export function createUpstream({
  instance: initial,
  since: first,
  connecting,
  mayLoseOneMore,
}: UpstreamOptions): Upstream {
  const latency = createLatencyMeter();
  const detector = createOutlierDetector({ mayEject: mayLoseOneMore });
  let instance = initial;
  let since = first;
  let inFlight = 0;

  return {
    id: initial.instance_id,
    get weight() {
      return instance.weight;
    },
    get zone() {
      return instance.zone;
    },
    get inFlight() {
      return inFlight;
    },
    get instance() {
      return instance;
    },
    get status() {
      return instance.status;
    },
    connections: createConnections(connecting),
    get since() {
      return since;
    },
    latencyMs: (now) => latency.valueAt(now),
    standing: (now) => detector.standing(now),
    begin(begunAt) {
      const admission = detector.admit(begunAt);
      inFlight += 1;
      return ({ outcome, status = 0, socketReused = false }, now) => {
        inFlight -= 1;
        const verdict = attemptVerdict(outcome, status, socketReused);
        if (detector.record(admission, outcome, verdict, now) === 'restored') since = now;
        if (verdict === 'answered') latency.observe(now - begunAt, now);
        // Who fails at once must not look fast.
        if (verdict === 'failed') latency.observe(Math.max(now - begunAt, FAILURE_MS), now);
      };
    },
    renew(next, now) {
      if (next.revision !== instance.revision || next.epoch !== instance.epoch) detector.reset();
      if (next.epoch !== instance.epoch) since = now;
      instance = next;
    },
  };
}
