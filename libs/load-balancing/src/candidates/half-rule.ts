import type { Standing } from '../health/outlier-state';

/** Anything that is judged by an outlier detector. */
export interface Judged {
  standing(now: number): Standing;
}

/**
 * Those of a service's candidates that are to be picked from. Who fails is left out while at least half of those that
 * can be connected to is well: below that the failures say more of the service than of its instances, and the few that
 * are well would be run down, so all are used (panic). Who cannot be connected to counts in neither half, and is used
 * only when there is nobody else.
 */
export function availableAmong<C extends Judged>(candidates: readonly C[], now: number): readonly C[] {
  let available = 0;
  let connected = 0;
  for (const candidate of candidates) {
    const standing = candidate.standing(now);
    if (standing !== 'not-connected') connected += 1;
    if (standing === 'available') available += 1;
  }
  if (connected === 0 || available === candidates.length) return candidates;
  return available * 2 >= connected
    ? candidates.filter((candidate) => candidate.standing(now) === 'available')
    : candidates.filter((candidate) => candidate.standing(now) !== 'not-connected');
}

/** Whether one more of them may be left out for its failures: half of those that can be connected to stays. */
export function mayLoseOneMore(candidates: readonly Judged[], now: number): boolean {
  let connected = 0;
  let failing = 0;
  for (const candidate of candidates) {
    const standing = candidate.standing(now);
    if (standing !== 'not-connected') connected += 1;
    if (standing === 'failing') failing += 1;
  }
  return (failing + 1) * 2 <= connected;
}
