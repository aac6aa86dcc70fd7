import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseUnavailable } from './database-unavailable';

export interface Patience {
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
  /** Milliseconds between tries. Default 100. */
  readonly pauseMs?: number;
  /** Told of each refusal. */
  readonly onRefused?: (error: unknown) => void;
}

/**
 * Does at start what a database that is away or held by another process refuses now, for as long as it takes.
 *
 * @throws at once when the signal fires, and for any error but a refusal
 */
export async function untilAvailable<T>(work: () => Promise<T>, patience: Patience = {}): Promise<T> {
  const { signal = new AbortController().signal, pauseMs = 100, onRefused } = patience;
  for (;;) {
    try {
      return await orAborted(work(), signal);
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      onRefused?.(error);
    }
    await sleep(pauseMs, undefined, { signal });
  }
}

/** Work cannot be called back: whoever ends the waiting closes the database under it. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
