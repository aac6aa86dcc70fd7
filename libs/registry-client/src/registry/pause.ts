import { setTimeout as delay } from 'node:timers/promises';

/** Waits, or stops waiting when the signal fires; never rejects. By default it does not keep the process alive. */
export async function pause(
  ms: number,
  options: { signal?: AbortSignal; ref?: boolean } = {},
): Promise<void> {
  try {
    await delay(ms, undefined, { ref: false, ...options });
  } catch {
    // Only an abort ends it early, and whoever aborts knows.
  }
}
