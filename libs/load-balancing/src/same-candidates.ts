import type { Candidate } from './candidate';

/** Whether two lists hold the same instances with the same weights in the same order; cheap for one and the same list. */
export function sameCandidates(a: readonly Candidate[], b: readonly Candidate[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  return a.every((candidate, index) => {
    const other = b[index];
    return other !== undefined && candidate.id === other.id && candidate.weight === other.weight;
  });
}
