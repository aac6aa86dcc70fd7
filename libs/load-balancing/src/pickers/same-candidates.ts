import type { Candidate } from '../candidates/candidate';

/**
 * Whether a list holds those that were known, in their order; cheap for one and the same list.
 *
 * @param weights as they were then, where they matter: candidates are live objects, and so change in the known list too
 */
export function sameCandidates(
  candidates: readonly Candidate[],
  known: readonly Candidate[],
  weights?: readonly number[],
): boolean {
  if (candidates === known && weights === undefined) return true;
  if (candidates.length !== known.length) return false;
  return candidates.every(
    ({ id, weight }, index) =>
      id === known[index]?.id && (weights === undefined || weight === weights[index]),
  );
}
