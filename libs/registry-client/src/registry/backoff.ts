import type { Random } from '@rollcall/load-balancing';

/** First wait at most. Lower hammers a registry that is just starting; higher delays the return after a blip. */
const BASE_MS = 100;
/** Longest wait. Lower costs a registry that is away for long; higher delays everyone's return by as much. */
const CAP_MS = 3000;

/**
 * How many whole milliseconds to wait after the given number of rounds that failed (0 for the first): half of it certain, half by
 * chance, so that a thousand clients that lost one registry in the same instant do not come back in one.
 */
export function backoffMs(round: number, random: Random): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** round);
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}

/** Give or take a tenth: what many begin in one moment does not stay in step. */
export function jittered(ms: number, random: Random): number {
  return Math.round(ms * (0.9 + 0.2 * random()));
}
