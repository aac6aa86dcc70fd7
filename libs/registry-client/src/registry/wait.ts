/** Longest delay of a Node timer, milliseconds: a longer one fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface WaitLimits {
  /** Time-out, milliseconds. Default: none. */
  readonly ms?: number;
  readonly signal?: AbortSignal;
  /** Whether the time-out keeps the process alive. Default false. */
  readonly ref?: boolean;
}

/**
 * Waits for a condition, a time-out or an abort, whichever comes first. Never rejects.
 *
 * @param watch calls its argument once the condition holds, but not before it returns; returns what stops watching
 */
export function waitFor(watch: (done: () => void) => () => unknown, limits: WaitLimits): Promise<void> {
  const { ms, signal, ref = false } = limits;
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = ms === undefined ? undefined : timerOf(ms, done, ref);
    signal?.addEventListener('abort', done);
    const unwatch = watch(done);

    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      unwatch();
      resolve();
    }
  });
}

/** Waits for a time-out or an abort. Never rejects. By default it does not keep the process alive. */
export function pause(ms: number, limits: Omit<WaitLimits, 'ms'> = {}): Promise<void> {
  return waitFor(unwatched, { ms, ...limits });
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  return waitFor(unwatched, { signal });
}

/** Waits for work, but no longer than `ms`. Rejects as the work does. The work itself goes on. */
export function within<T>(
  ms: number,
  work: Promise<T>,
  { ref = false }: Pick<WaitLimits, 'ref'> = {},
): Promise<{ readonly value: T } | 'overdue'> {
  return new Promise((resolve, reject) => {
    const timer = timerOf(ms, () => resolve('overdue'), ref);
    void work.then((value) => resolve({ value }), reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Calls back after `ms`, and after what has come by then has been read: after a pause of this process timers come before
 * reads, and a peer that had answered meanwhile would be taken for silent. Keeps the process alive.
 *
 * @returns stops it
 */
export function afterReads(ms: number, callback: () => void): () => void {
  let reads: NodeJS.Immediate | undefined;
  const timer = timerOf(ms, () => (reads = setImmediate(callback)), true);
  return () => {
    clearTimeout(timer);
    clearImmediate(reads);
  };
}

function timerOf(ms: number, callback: () => void, ref: boolean): NodeJS.Timeout {
  const timer = setTimeout(callback, Math.min(ms, LONGEST_TIMER_MS));
  return ref ? timer : timer.unref();
}

const unwatched = () => (): void => undefined;
