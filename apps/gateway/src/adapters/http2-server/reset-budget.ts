/**
 * How many requests a session may still cancel. Each one that is cancelled costs an HTTP/1.1 instance a connection, so
 * that a flood of them is an attack on the instances (rapid reset, CVE-2023-44487).
 */
export interface ResetBudget {
  /** A stream ended well. */
  earn(): void;
  /** The caller ended a stream before its answer was whole. @returns false once that is more than is left */
  spend(): boolean;
}

/** Resets in a row. Too low ends sessions of browsers that leave a page; too high lets each caller cost that many connections. */
const BURST = 100;
/** Resets a second for as long as they like. */
const PER_SECOND = 10;

/** @param now milliseconds, monotonic */
export function createResetBudget(now: () => number): ResetBudget {
  let left = BURST;
  let countedAt = now();

  function refill(): void {
    const at = now();
    left = Math.min(BURST, left + ((at - countedAt) / 1000) * PER_SECOND);
    countedAt = at;
  }

  return {
    earn: () => void (left = Math.min(BURST, left + 1)),
    spend() {
      refill();
      left -= 1;
      return left >= 0;
    },
  };
}
