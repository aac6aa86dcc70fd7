import type { Candidate } from '../candidates/candidate';
import type { Picker, Random } from './picker';
import { createRoundRobin } from './round-robin';

export interface ZoneFirstOptions {
  /** Where the caller is; without one everybody is in turn. */
  readonly zone: string | undefined;
  readonly random: Random;
}

/**
 * Those of one's own zone, in turn, as far as they can bear it. Callers are taken to be spread evenly over the zones in
 * which there are candidates, so a zone's own callers bring it `1 / zones` of the load. While the zone has that share of
 * the candidates, all stays at home; with fewer, just so much that nobody at home is given more than an even load
 * (`localShare`), and the rest goes to the others in turn. With nobody at home all goes out.
 */
export function createZoneFirst<C extends Candidate>({ zone, random }: ZoneFirstOptions): Picker<C> {
  const pickers = { local: createRoundRobin<C>(random), remote: createRoundRobin<C>(random) };
  let list: readonly C[] = [];
  let local: readonly C[] = [];
  let remote: readonly C[] = [];
  let share = 0;

  function divide(candidates: readonly C[]): void {
    list = candidates;
    local = zone === undefined ? [] : candidates.filter((one) => one.zone === zone);
    remote = candidates.filter((one) => zone === undefined || one.zone !== zone);
    const zones = new Set(remote.map((one) => one.zone ?? null)).size + (local.length > 0 ? 1 : 0);
    share = localShare(local.length, candidates.length, zones);
  }

  return {
    pick(candidates, now) {
      if (candidates !== list) divide(candidates);
      const stays = share === 1 || (share > 0 && random() < share);
      return stays ? pickers.local.pick(local, now) : pickers.remote.pick(remote, now);
    },
  };
}

/** How much of a zone's own load stays in it: all of it while it has an even share of the candidates, else in proportion. */
export function localShare(local: number, all: number, zones: number): number {
  return local === 0 ? 0 : Math.min(1, (local * zones) / all);
}
