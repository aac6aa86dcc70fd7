import type { Instance } from '@rollcall/contracts';
import {
  createOutlierDetector,
  type Admission,
  type Candidate,
  type Outcome,
  type OutlierState,
  type OutlierTransition,
} from '@rollcall/load-balancing';
import type { Attempt, OutgoingRequest, ResponseReceiver, Transport } from '../ports/transport';

/** The gateway's view of one instance: its connections, what is in flight to it, and what attempts at it have shown. */
export interface Upstream extends Candidate {
  /** As the registry last listed it. */
  readonly instance: Instance;
  /** Path of its address, or empty; comes before every request's path. */
  readonly basePath: string;
  readonly outlierState: OutlierState;
  /** Whether attempts at it may succeed, as far as earlier ones have shown. */
  isAvailable(now: number): boolean;
  /** When that may turn to yes by itself. */
  readonly availableAt: number | undefined;
  /** An attempt begins. Every admission is recorded once. */
  admit(now: number): Admission;
  record(admission: Admission, outcome: Outcome, now: number): OutlierTransition | undefined;
  /** Counts as in flight from now until `finished`, once for each attempt. */
  send(request: OutgoingRequest, receiver: ResponseReceiver): Attempt;
  finished(): void;
  connectionCounts(): { readonly open: number; readonly idle: number };
  /** The registry says something new of it. */
  update(instance: Instance): void;
  /** It is off the list: answers under way go on, nothing new begins. */
  retire(): void;
  /** Cuts what is under way. */
  destroy(): Promise<void>;
}

export interface UpstreamOptions {
  readonly instance: Instance;
  readonly transport: Transport;
  /** Called when who may be picked may have changed. */
  readonly onAvailabilityChange: () => void;
}

export function createUpstream({
  instance: first,
  transport,
  onAvailabilityChange,
}: UpstreamOptions): Upstream {
  const { origin, pathname } = new URL(first.url);
  const connections = transport.connectionsTo(origin);
  const detector = createOutlierDetector();
  let instance = first;
  let inFlight = 0;

  function changing<T>(change: () => T): T {
    const before = detector.state;
    const result = change();
    if (detector.state !== before) onAvailabilityChange();
    return result;
  }

  return {
    id: first.instance_id,
    basePath: pathname.replace(/\/$/, ''),
    get instance() {
      return instance;
    },
    get weight() {
      return instance.weight;
    },
    get zone() {
      return instance.zone;
    },
    get inFlight() {
      return inFlight;
    },
    get outlierState() {
      return detector.state;
    },
    get availableAt() {
      return detector.availableAt;
    },
    isAvailable: (now) => detector.isAvailable(now),
    admit: (now) => changing(() => detector.admit(now)),
    record: (admission, outcome, now) => changing(() => detector.record(admission, outcome, now)),
    send(request, receiver) {
      inFlight += 1;
      return connections.send(request, receiver);
    },
    finished() {
      inFlight -= 1;
    },
    connectionCounts: () => connections.counts(),
    update(next) {
      const { status, epoch } = instance;
      instance = next;
      connections.keepIdle(mayBeKept(next));
      if (next.status !== status || next.epoch !== epoch) changing(() => detector.reset());
    },
    retire: () => connections.keepIdle(false),
    destroy: () => connections.destroy(),
  };
}

/** An instance that is leaving closes its idle connections; a request must not be on its way in one of them. */
function mayBeKept({ status }: Instance): boolean {
  return status !== 'draining' && status !== 'out_of_service';
}
