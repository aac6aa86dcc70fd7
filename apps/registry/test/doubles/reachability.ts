import type { ProbeOutcome } from '../../src/catalog/instance/instance-event';
import type { Prober } from '../../src/ports/prober';

/** A network between the registry and its instances, which specs cut: everybody answers who is not cut off. */
export interface Reachability {
  readonly prober: Prober;
  /** How often each address was probed. */
  readonly probes: ReadonlyMap<string, number>;
  cutOff(url: string): void;
  refuse(url: string): void;
  reach(url: string): void;
}

export function createReachability(): Reachability {
  const outcomes = new Map<string, ProbeOutcome>();
  const probes = new Map<string, number>();
  return {
    prober: {
      async probe({ registration: { url } }) {
        probes.set(url, (probes.get(url) ?? 0) + 1);
        // As a real one does: what is found is never known in the turn in which it was asked for.
        await new Promise((resolve) => setImmediate(resolve));
        return outcomes.get(url) ?? 'answered';
      },
    },
    probes,
    cutOff: (url) => void outcomes.set(url, 'timed_out'),
    refuse: (url) => void outcomes.set(url, 'refused'),
    reach: (url) => void outcomes.delete(url),
  };
}
