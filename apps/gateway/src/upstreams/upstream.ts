import type { Instance, InstanceProtocol, InstanceStatus } from '@rollcall/contracts';
import type { Candidate, HostAttempt, OutlierState, Standing } from '@rollcall/load-balancing';
import type { Attempt, OutgoingRequest, ResponseReceiver } from '../ports/transport';

/** An ejection by an operator: the instance gets no request from this gateway. */
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
  /** Scheme, host and port of its address. */
  readonly origin: string;
  /** Path of its address, or empty; comes before every request's path. */
  readonly basePath: string;
  readonly outlierState: OutlierState;
  /** Whether attempts at it may succeed, as far as earlier ones have shown. */
  standing(now: number): Standing;
  /** When an ejection ends by itself. */
  readonly availableAt: number | undefined;
  /** An attempt begins: its instance's health counts it until it is ended and released. */
  begin(now: number): HostAttempt;
  /** @param protocol that a route says its instances speak, in place of what they are registered with */
  send(request: OutgoingRequest, receiver: ResponseReceiver, protocol?: InstanceProtocol): Attempt;
  /** Whether it is known to speak nothing but HTTP/1.1. */
  speaksOnlyHttp1(protocol?: InstanceProtocol): boolean;
  connectionCounts(): { readonly open: number; readonly idle: number };
  /** In force at `now`; it outlives what the registry says, and ends with the instance. */
  manualEjection(now: number): ManualEjection | undefined;
  /** Excludes it from picking, even as the last one, until that time or until it is restored. Requests in flight continue. */
  eject(reason: string, until: number): void;
  /** Ends every ejection, by an operator or by outlier detection. */
  restore(): void;
  /** Takes in a new record of the registry. */
  update(instance: Instance, now: number): void;
  /** The instance is no longer listed: responses in flight continue, no new request begins. */
  retire(): void;
  /** Aborts requests in flight. */
  destroy(): Promise<void>;
}
