import type { Instance, InstanceStatus } from '@rollcall/contracts';
import {
  createHostHealth,
  type AttemptLoad,
  type HostAttempt,
  type HostHealth,
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
  /** Counts attempts at it. */
  readonly load?: AttemptLoad | undefined;
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

export function createInstanceUpstream(options: InstanceUpstreamOptions): Upstream {
  return new InstanceUpstream(options);
}

// A class, because its methods are called for every request, and closures within closures would be made for each call.
class InstanceUpstream implements Upstream {
  readonly id: string;
  readonly origin: string;
  readonly basePath: string;
  instance: Instance;
  readonly #connections: Connections;
  readonly #health: HostHealth;
  readonly #service: InstanceUpstreamOptions['service'];
  #manual: ManualEjection | undefined;

  constructor({ instance, since, transport, load, service }: InstanceUpstreamOptions) {
    const { origin, pathname } = new URL(instance.url);
    this.id = instance.instance_id;
    this.origin = origin;
    this.basePath = pathname.replace(/\/$/, '');
    this.instance = instance;
    this.#connections = transport.connectionsTo(origin, instance.protocol ?? 'http/1.1');
    this.#health = createHostHealth({
      listed: instance,
      since,
      mayEject: service.mayLoseOneMore,
      onStandingChange: service.availabilityChanged,
      onInFlight: service.inFlightChanged,
      load,
    });
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
  get inFlight(): number {
    return this.#health.inFlight;
  }
  get since(): number {
    return this.#health.since;
  }
  get outlierState(): OutlierState {
    return this.#health.outlierState;
  }
  get availableAt(): number | undefined {
    return this.#health.availableAt;
  }

  latencyMs(now: number): number {
    return this.#health.latencyMs(now);
  }

  standing(now: number): Standing {
    return this.#health.standing(now);
  }

  begin(now: number): HostAttempt {
    return this.#health.begin(now);
  }

  send(request: OutgoingRequest, receiver: ResponseReceiver): Attempt {
    return this.#connections.send(request, receiver);
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
    this.#health.restore();
    this.#service.availabilityChanged();
  }

  update(next: Instance, now: number): void {
    this.instance = next;
    this.#connections.keepIdle(mayBeKept(next));
    this.#health.update(next, now);
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
