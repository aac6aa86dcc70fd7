import type { Instance } from '@rollcall/contracts';
import { createOutlierDetector, type Candidate, type Outcome } from '@rollcall/load-balancing';
import type { LookupFunction } from 'node:net';
import { createConnections, type Connections } from './connections';

/** An instance as one service client sees it, for as long as it is listed at the same address. */
export interface Upstream extends Candidate {
  readonly instance: Instance;
  readonly connections: Connections;
  isAvailable(now: number): boolean;
  /** An attempt begins. @returns what ends it, to be called once with how it went */
  begin(now: number): (outcome: Outcome, now: number) => void;
  /** The registry has said something new of it. */
  renew(instance: Instance): void;
}

export function createUpstream(initial: Instance, lookup: LookupFunction): Upstream {
  const detector = createOutlierDetector();
  let instance = initial;
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
    connections: createConnections(lookup),
    isAvailable: (now) => detector.isAvailable(now),
    begin(begunAt) {
      const admission = detector.admit(begunAt);
      inFlight += 1;
      return (outcome, now) => {
        inFlight -= 1;
        detector.record(admission, outcome, now);
      };
    },
    renew(next) {
      if (next.revision !== instance.revision || next.epoch !== instance.epoch) detector.reset();
      instance = next;
    },
  };
}
