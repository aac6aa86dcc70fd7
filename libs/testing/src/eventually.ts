import { timeScale } from '../time-scale.js';

/**
 * Resolves as soon as `condition` holds: answers without throwing, and not `false` or `undefined`.
 *
 * @throws the last failure, when it still does not hold after `timeoutMs` (5000) times `timeScale`
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  options: { timeoutMs?: number; everyMs?: number } = {},
): Promise<Exclude<T, false | undefined>> {
  const { timeoutMs = 5000, everyMs = 10 } = options;
  const waitMs = timeoutMs * timeScale;
  const deadline = performance.now() + waitMs;
  // The last look begins after the deadline: a process that was not scheduled meanwhile has not looked at all.
  for (let isLast = false; ; isLast = performance.now() >= deadline) {
    let failure: unknown;
    try {
      const value = await condition();
      if (value !== false && value !== undefined) return value as Exclude<T, false | undefined>;
      failure = new Error(`still ${String(value)} after ${Math.round(waitMs)} ms`);
    } catch (error) {
      failure = error;
    }
    if (isLast) throw failure;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
