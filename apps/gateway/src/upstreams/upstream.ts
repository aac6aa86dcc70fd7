import type { Instance, InstanceStatus } from '@rollcall/contracts';
import {
  createOutlierDetector,
  type Admission,
  type AttemptVerdict,
  type Candidate,
  type Outcome,
  type OutlierDetector,
  type OutlierState,
  type OutlierTransition,
  type Standing,
} from '@rollcall/load-balancing';
import type { Attempt, Connections, OutgoingRequest, ResponseReceiver, Transport } from '../ports/transport';

/** A person's word that an instance gets nothing from this gateway. */
export interface ManualEjection {
  readonly reason: string;
  /** Milliseconds, monotonic; Infinity until it is restored. */
  readonly until: number;
}

/** The gateway's view of one instance: its connections, what is in flight to it, and what attempts at it have shown. */
export interface Upstream extends Candidate {
  /** As the registry last listed it. */
  readonly instance: Instance;
  readonly status: InstanceStatus;
  /** Path of its address, or empty; comes before every request's path. */
  readonly basePath: string;
  readonly outlierState: OutlierState;
  /** Whether attempts at it may succeed, as far as earlier ones have shown. */
  standing(now: number): Standing;
  /** When that may turn for the better by itself. */
  readonly availableAt: number | undefined;
  /** An attempt begins. Every admission is recorded once. */
  admit(now: number): Admission;
  record(
    admission: Admission,
    outcome: Outcome,
    verdict: AttemptVerdict,
    now: number,
  ): OutlierTransition | undefined;
  /** Counts as in flight from now until `finished`, once for each attempt. */
  send(request: OutgoingRequest, receiver: ResponseReceiver): Attempt;
  finished(): void;
  connectionCounts(): { readonly open: number; readonly idle: number };
  /** In force at `now`; it outlives what the registry says, and ends with the instance. */
  manualEjection(now: number): ManualEjection | undefined;
  /** Picked no more, not even as the last one, until that time or until it is restored. What is in flight goes on. */
  eject(reason: string, until: number): void;
  /** Ends every ejection, whoever has made it. */
  restore(): void;
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
  /** The service that it belongs to. */
  readonly service: {
    /** Called when who may be picked may have changed. */
    readonly availabilityChanged: () => void;
    /** Whether it can do without one more of its instances. */
    readonly mayLoseOneMore: (now: number) => boolean;
    /** An attempt begins (1) or ends (-1). */
    readonly inFlightChanged: (by: 1 | -1) => void;
  };
}

export function createUpstream(options: UpstreamOptions): Upstream {
  return new InstanceUpstream(options);
}

// A class, because its methods are called for every request, and closures within closures would be made for each call.
class InstanceUpstream implements Upstream {
  readonly id: string;
  readonly basePath: string;
  instance: Instance;
  inFlight = 0;
  readonly #connections: Connections;
  readonly #detector: OutlierDetector;
  readonly #service: UpstreamOptions['service'];
  #manual: ManualEjection | undefined;

  constructor({ instance, transport, service }: UpstreamOptions) {
    const { origin, pathname } = new URL(instance.url);
    this.id = instance.instance_id;
    this.basePath = pathname.replace(/\/$/, '');
    this.instance = instance;
    this.#connections = transport.connectionsTo(origin);
    this.#detector = createOutlierDetector({ mayEject: service.mayLoseOneMore });
    this.#service = service;
  }

  get status(): InstanceStatus {
    return this.instance.status;
  }
  get weight(): number {
    return this.instance.weight;
  }
  get zone(): string | null {
    return this.instance.zone;
  }
  get outlierState(): OutlierState {
    return this.#detector.state;
  }

  standing(now: number): Standing {
    return this.#detector.standing(now);
  }

  get availableAt(): number | undefined {
    return this.#detector.availableAt;
  }

  admit(now: number): Admission {
    const before = this.#detector.state;
    const admission = this.#detector.admit(now);
    if (this.#detector.state !== before) this.#service.availabilityChanged();
    return admission;
  }

  record(admission: Admission, outcome: Outcome, verdict: AttemptVerdict, now: number) {
    const before = this.#detector.state;
    const transition = this.#detector.record(admission, outcome, verdict, now);
    if (this.#detector.state !== before) this.#service.availabilityChanged();
    return transition;
  }

  send(request: OutgoingRequest, receiver: ResponseReceiver): Attempt {
    this.inFlight += 1;
    this.#service.inFlightChanged(1);
    return this.#connections.send(request, receiver);
  }

  finished(): void {
    this.inFlight -= 1;
    this.#service.inFlightChanged(-1);
  }

  connectionCounts(): { readonly open: number; readonly idle: number } {
    return this.#connections.counts();
  }

  manualEjection(now: number): ManualEjection | undefined {
    return this.#manual !== undefined && now < this.#manual.until ? this.#manual : undefined;
  }

  eject(reason: string, until: number): void {
    this.#manual = { reason, until };
    this.#service.availabilityChanged();
  }

  restore(): void {
    this.#manual = undefined;
    this.#detector.reset();
    this.#service.availabilityChanged();
  }

  update(next: Instance): void {
    const { status, epoch } = this.instance;
    this.instance = next;
    this.#connections.keepIdle(mayBeKept(next));
    if (next.status !== status || next.epoch !== epoch) this.#detector.reset();
  }

  retire(): void {
    this.#connections.keepIdle(false);
  }

  destroy(): Promise<void> {
    return this.#connections.destroy();
  }
}

/** An instance that is leaving closes its idle connections; a request must not be on its way in one of them. */
function mayBeKept({ status }: Instance): boolean {
  return status !== 'draining' && status !== 'out_of_service';
}
