import type { Instance, InstanceProtocol, InstanceStatus } from '@rollcall/contracts';
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
  readonly #protocol: InstanceProtocol;
  readonly #connections: Connections;
  /** In the other protocol, once a route has said that one. */
  #otherConnections: Connections | undefined;
  readonly #transport: Transport;
  readonly #health: HostHealth;
  readonly #service: InstanceUpstreamOptions['service'];
  #keepsIdle = true;
  #manual: ManualEjection | undefined;

  constructor({ instance, since, transport, load, service }: InstanceUpstreamOptions) {
    const { origin, pathname } = new URL(instance.url);
    this.id = instance.instance_id;
    this.origin = origin;
    this.basePath = pathname.replace(/\/$/, '');
    this.instance = instance;
    this.#protocol = instance.protocol ?? 'http/1.1';
    this.#connections = transport.connectionsTo(origin, this.#protocol);
    this.#transport = transport;
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

  send(request: OutgoingRequest, receiver: ResponseReceiver, protocol = this.#protocol): Attempt {
    const connections = protocol === this.#protocol ? this.#connections : this.#connectionsBy(protocol);
    return connections.send(request, receiver);
  }

  speaksOnlyHttp1(protocol = this.#protocol): boolean {
    return protocol === 'http/1.1' && !this.origin.startsWith('https:');
  }

  #connectionsBy(protocol: InstanceProtocol): Connections {
    if (this.#otherConnections !== undefined) return this.#otherConnections;
    this.#otherConnections = this.#transport.connectionsTo(this.origin, protocol);
    this.#otherConnections.keepIdle(this.#keepsIdle);
    return this.#otherConnections;
  }

  connectionCounts(): { readonly open: number; readonly idle: number } {
    const { open, idle } = this.#connections.counts();
    if (this.#otherConnections === undefined) return { open, idle };
    const other = this.#otherConnections.counts();
    return { open: open + other.open, idle: idle + other.idle };
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
    this.#keepIdle(mayBeKept(next));
    this.#health.update(next, now);
  }

  retire(): void {
    this.#keepIdle(false);
  }

  #keepIdle(keep: boolean): void {
    this.#keepsIdle = keep;
    this.#connections.keepIdle(keep);
    this.#otherConnections?.keepIdle(keep);
  }

  async destroy(): Promise<void> {
    await Promise.all([this.#connections.destroy(), this.#otherConnections?.destroy()]);
  }
}

/** An instance that is leaving closes its idle connections; a request must not be on its way in one of them. */
function mayBeKept({ status }: Instance): boolean {
  return status !== 'draining' && status !== 'out_of_service';
}
