import type { Incarnation } from '../catalog/instance/transition';

/** An instance without a lease is never heard from: it is looked after instead. */
const WITHOUT_LEASE_MS = 10_000;

/** Too low: a service that hangs is asked again and again. Too high: one that has come back gets no traffic. */
const SUSPECT_MS = 1000;

/** Interval of periodic probes of an instance, milliseconds; `undefined` for one that is not in doubt. */
export function probeIntervalMs({ leased, standing, contact }: Incarnation): number | undefined {
  const { status } = standing.condition;
  if (status === 'draining') return undefined;
  if (!leased) return WITHOUT_LEASE_MS;
  return status === 'suspect' || contact.lapsing ? SUSPECT_MS : undefined;
}
