import fc from 'fast-check';
import type { Candidate } from '../../src/candidates/candidate';

/** A candidate as specs of pickers need it: of ordinary weight, idle, there from the start, never asked. */
export function aCandidate(
  id: string,
  given: Partial<Omit<Candidate, 'latencyMs'>> & { ms?: number } = {},
): Candidate {
  const { ms = 0, ...rest } = given;
  return { id, weight: 100, inFlight: 0, since: -Infinity, latencyMs: () => ms, ...rest };
}

/** `i0`, `i1`, `i2` … */
export function candidatesOf(count: number, given: Parameters<typeof aCandidate>[1] = {}): Candidate[] {
  return Array.from({ length: count }, (_, index) => aCandidate(`i${index}`, given));
}

/** Any numbers in [0, 1), one after another. */
export const someRandom = fc
  .infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))
  .map((stream) => () => Number(stream.next().value));

/** Evenly spread numbers in [0, 1): every region of it comes up again and again (a low-discrepancy sequence). */
export function evenRandom(): () => number {
  let last = 0;
  return () => (last = (last + 0.618_033_988_749_895) % 1);
}

/** How often each of them was picked. */
export function countById(picked: readonly (Candidate | undefined)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of picked) if (one !== undefined) counts.set(one.id, (counts.get(one.id) ?? 0) + 1);
  return counts;
}
