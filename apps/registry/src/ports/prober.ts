import type { ProbeOutcome } from '../catalog/instance/instance-event';
import type { InstanceRecord } from '../catalog/instance/instance-record';
import type { Registration } from '../catalog/instance/registration';

/** Whom a probe expects at an address, and how it asks there. */
export interface ProbeTarget extends Pick<InstanceRecord, 'instanceId' | 'epoch'> {
  readonly registration: Pick<Registration, 'url' | 'healthPath' | 'protocol'>;
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
