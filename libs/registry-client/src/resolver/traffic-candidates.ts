import type { InstanceStatus } from '@rollcall/contracts';

/** Who may get traffic: those that are `up`; the `suspect` ones only when none is; never any other. */
export function trafficCandidates<T extends { readonly status: InstanceStatus }>(
  instances: readonly T[],
): readonly T[] {
  const up = instances.filter((instance) => instance.status === 'up');
  return up.length > 0 ? up : instances.filter((instance) => instance.status === 'suspect');
}
