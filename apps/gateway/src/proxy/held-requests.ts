import { createPlaceShares } from './place-shares';

/** A request that waits for an instance. */
export interface HeldRequest {
  /** What it waits for; empty where that is not known yet. */
  readonly service: string;
  /** Whom it is counted with. */
  readonly caller: string;
  /** Looked at after each `wake`. */
  readonly ready: () => boolean;
  readonly timeoutMs: number;
  /** Is given what to call when the caller goes away. */
  readonly onLeave: (leave: () => void) => void;
}

export type HoldResult = 'ready' | 'timeout' | 'left' | 'service-over-share' | 'caller-over-share';

/**
 * Requests that wait for an instance. Bounded: each of them holds a connection open, and one for which there is no place
 * is refused at once instead of waiting in vain.
 */
export interface HeldRequests {
  /**
   * Resolves with `ready` as soon as `ready()` holds after a `wake`, `timeout` when the time is over, `left` when the
   * caller goes; at once where a share is used up, or where nothing may wait: without capacity, or for no time.
   */
  hold(request: HeldRequest): Promise<HoldResult>;
  /** Routes or instances have changed: every request looks again. */
  wake(): void;
  readonly count: number;
  /** By service; those whose service is not known yet are left out. */
  byService(): Readonly<Record<string, number>>;
}

/** @param capacity 0 holds none; too low refuses requests while a service restarts; each one costs a connection and its memory */
export function createHeldRequests(capacity: number): HeldRequests {
  const waiters = new Set<() => void>();
  const shares = createPlaceShares(capacity);

  return {
    hold({ service, caller, ready, timeoutMs, onLeave }) {
      if (capacity === 0 || timeoutMs === 0) return Promise.resolve('timeout');
      const place = shares.take(service, caller);
      if (place !== 'taken') return Promise.resolve(place);
      return new Promise((resolve) => {
        const leaveWith = (result: 'ready' | 'timeout' | 'left'): void => {
          clearTimeout(timer);
          if (waiters.delete(look)) shares.release(service, caller);
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
    get count() {
      return waiters.size;
    },
    byService: () => Object.fromEntries([...shares.byService()].filter(([service]) => service !== '')),
  };
}
