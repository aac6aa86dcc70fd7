/** Milliseconds; time-outs are seen at most so much too late. */
export const DEADLINE_ROUND_MS = 50;

/** Something that may be late. */
export interface Overdue {
  /** @param now milliseconds, monotonic */
  checkDeadlines(now: number): void;
}

/**
 * One timer for all connections in place of one for each request: a request only stores a number, and its time-out is
 * noticed one round too late at most. What has come by then is read first: after a pause of this process timers come
 * before reads, and instances that had answered meanwhile would be taken for silent, and ejected.
 */
export interface DeadlineWatch {
  watch(one: Overdue): void;
  unwatch(one: Overdue): void;
}

export interface DeadlineWatchOptions {
  /** Too low costs time while nothing is late; too high lets time-outs of tenths of a second be much too long. */
  readonly everyMs: number;
  readonly now: () => number;
}

export function createDeadlineWatch({ everyMs, now }: DeadlineWatchOptions): DeadlineWatch {
  const watched = new Set<Overdue>();
  let timer: NodeJS.Timeout | undefined;

  function round(): void {
    const at = now();
    setImmediate(() => {
      timer = undefined;
      for (const one of watched) one.checkDeadlines(at);
      arm();
    });
  }

  function arm(): void {
    if (timer === undefined && watched.size > 0) timer = setTimeout(round, everyMs).unref();
  }

  return {
    watch(one) {
      watched.add(one);
      arm();
    },
    unwatch(one) {
      watched.delete(one);
    },
  };
}
