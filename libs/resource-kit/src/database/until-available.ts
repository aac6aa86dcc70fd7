import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseUnavailable } from './database-unavailable';

export interface Patience {
  /** Milliseconds before giving up. Default 30 000: longer than a database takes to come up or ten neighbours to migrate. */
  readonly patienceMs?: number;
  /** Milliseconds between tries. Default 50. */
  readonly pauseMs?: number;
}

/**
 * Does at start what a database that is away or held by another process refuses now.
 *
 * @throws the last refusal once patience has run out; any other error at once
 */
export async function untilAvailable<T>(work: () => Promise<T>, patience: Patience = {}): Promise<T> {
  const { patienceMs = 30_000, pauseMs = 50 } = patience;
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseUnavailable(error) || performance.now() + pauseMs >= deadline) throw error;
    }
    await sleep(pauseMs);
  }
}
