import type { ProbeOutcome } from '../catalog/instance/instance-event';

/** Whom a probe expects at an address. */
export interface ProbeTarget {
  /** Canonical address of the instance. */
  readonly url: string;
  /** Absolute path. */
  readonly healthPath: string;
  readonly instanceId: string;
  readonly epoch: number;
}

/**
 * Looks whether an instance is where it says it is. Asked by the probe loop, for each instance by one probe at a time
 * and for a bounded number of instances at once. Answers within about half a second and never rejects; follows no
 * redirect and connects to no address that the registry must not connect to. Once `signal` has aborted the outcome
 * says nothing.
 */
export interface Prober {
  probe(target: ProbeTarget, signal: AbortSignal): Promise<ProbeOutcome>;
}
