import type { Instance } from '@rollcall/contracts';

/** Who may get traffic: those that are `up`; the `suspect` ones only when none is; never any other. */
export function trafficCandidates(instances: readonly Instance[]): readonly Instance[] {
  const up = instances.filter((instance) => instance.status === 'up');
  return up.length > 0 ? up : instances.filter((instance) => instance.status === 'suspect');
}
