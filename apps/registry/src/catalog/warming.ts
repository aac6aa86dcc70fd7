import type { Moment } from './moment';
import type { StoredCatalog } from './stored-catalog';

/** The time after a catalog has begun in which instances may be running that it does not list. */
export interface Warming {
  /** To be told of the catalog that the registry starts with, and of each that takes its place. */
  begin(stored: Pick<StoredCatalog, 'begunAt'>, moment: Moment): void;
  isWarming(now: number): boolean;
}

/** @param leaseMs whoever runs is heard from within one lease, or is gone */
export function createWarming(leaseMs: number): Warming {
  let until = -Infinity;

  return {
    begin({ begunAt }, { now, epochMs }) {
      if (epochMs - begunAt < leaseMs) until = now + leaseMs;
    },
    isWarming: (now) => now < until,
  };
}
