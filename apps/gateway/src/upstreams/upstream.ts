import type { Instance, InstanceStatus } from '@rollcall/contracts';
import type { Candidate, HostAttempt, OutlierState, Standing } from '@rollcall/load-balancing';
import type { Attempt, OutgoingRequest, ResponseReceiver } from '../ports/transport';

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
  /** Scheme, host and port of its address. */
  readonly origin: string;
  /** Path of its address, or empty; comes before every request's path. */
  readonly basePath: string;
  readonly outlierState: OutlierState;
  /** Whether attempts at it may succeed, as far as earlier ones have shown. */
  standing(now: number): Standing;
  /** When that may turn for the better by itself. */
  readonly availableAt: number | undefined;
  /** An attempt begins: its instance's health counts it until it is ended and released. */
  begin(now: number): HostAttempt;
  send(request: OutgoingRequest, receiver: ResponseReceiver): Attempt;
  connectionCounts(): { readonly open: number; readonly idle: number };
  /** In force at `now`; it outlives what the registry says, and ends with the instance. */
  manualEjection(now: number): ManualEjection | undefined;
  /** Picked no more, not even as the last one, until that time or until it is restored. What is in flight goes on. */
  eject(reason: string, until: number): void;
  /** Ends every ejection, whoever has made it. */
  restore(): void;
  /** The registry says something new of it. */
  update(instance: Instance, now: number): void;
  /** It is off the list: answers under way go on, nothing new begins. */
  retire(): void;
  /** Cuts what is under way. */
  destroy(): Promise<void>;
}
