import type { Instance, InstanceStatus } from '@rollcall/contracts';
import {
  createLatencyMeter,
  createOutlierDetector,
  type Admission,
  type AttemptVerdict,
  type LatencyMeter,
  type Outcome,
  type OutlierDetector,
  type OutlierState,
  type Standing,
} from '@rollcall/load-balancing';
import type { Attempt, Connections, OutgoingRequest, ResponseReceiver, Transport } from '../ports/transport';
import type { ManualEjection, Upstream } from './upstream';

export interface InstanceUpstreamOptions {
  readonly instance: Instance;
  /** See `Candidate`. */
  readonly since: number;
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

/** What a failure counts for where answers are timed. */
const FAILURE_MS = 1000;

export function createInstanceUpstream(options: InstanceUpstreamOptions): Upstream {
  return new InstanceUpstream(options);
}

// A class, because its methods are called for every request, and closures within closures would be made for each call.
class InstanceUpstream implements Upstream {
  readonly id: string;
  readonly basePath: string;
  instance: Instance;
  since: number;
  inFlight = 0;
  readonly #connections: Connections;
  readonly #detector: OutlierDetector;
  readonly #latency: LatencyMeter = createLatencyMeter();
  readonly #service: InstanceUpstreamOptions['service'];
  #manual: ManualEjection | undefined;

  constructor({ instance, since, transport, service }: InstanceUpstreamOptions) {
    const { origin, pathname } = new URL(instance.url);
    this.id = instance.instance_id;
    this.basePath = pathname.replace(/\/$/, '');
    this.instance = instance;
    this.since = since;
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

  latencyMs(now: number): number {
    return this.#latency.valueAt(now);
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
    if (transition === 'restored') this.since = now;
    return transition;
  }

  observe(verdict: AttemptVerdict, tookMs: number, now: number): void {
    if (verdict === 'answered') this.#latency.observe(tookMs, now);
    // Who fails at once must not look fast.
    if (verdict === 'failed') this.#latency.observe(Math.max(tookMs, FAILURE_MS), now);
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

  update(next: Instance, now: number): void {
    const { status, epoch } = this.instance;
    this.instance = next;
    this.#connections.keepIdle(mayBeKept(next));
    if (next.status === status && next.epoch === epoch) return;
    this.#detector.reset();
    // Another life of the process, or one that has only now become ready: it is cold.
    if (next.epoch !== epoch || (next.status === 'up' && status !== 'suspect')) this.since = now;
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
