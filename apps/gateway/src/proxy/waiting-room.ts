/**
 * Where requests wait for an instance. Bounded: each of them holds a connection open, and a room that is full says so at
 * once instead of letting everybody wait for nothing.
 */
export interface WaitingRoom {
  /**
   * Resolves with `ready` as soon as `ready()` holds after a `wake`; with `full` at once, `timeout` when the time is
   * over, `left` when the caller goes.
   *
   * @param onLeave is given what to call when the caller goes away
   */
  wait(
    ready: () => boolean,
    timeoutMs: number,
    onLeave: (leave: () => void) => void,
  ): Promise<'ready' | 'full' | 'timeout' | 'left'>;
  /** Something has changed: everybody looks again. */
  wake(): void;
  readonly waiting: number;
}

/** @param capacity too low turns requests away while a service restarts; each one costs a connection and its memory */
export function createWaitingRoom(capacity: number): WaitingRoom {
  const waiters = new Set<() => void>();

  return {
    wait(ready, timeoutMs, onLeave) {
      if (waiters.size >= capacity) return Promise.resolve('full');
      return new Promise((resolve) => {
        const leaveWith = (result: 'ready' | 'timeout' | 'left'): void => {
          clearTimeout(timer);
          waiters.delete(look);
          resolve(result);
        };
        const look = (): void => {
          if (ready()) leaveWith('ready');
        };
        const timer = setTimeout(() => leaveWith('timeout'), timeoutMs);
        waiters.add(look);
        onLeave(() => leaveWith('left'));
      });
    },
    wake() {
      for (const look of [...waiters]) look();
    },
    get waiting() {
      return waiters.size;
    },
  };
}
