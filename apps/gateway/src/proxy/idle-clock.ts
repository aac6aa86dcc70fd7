/** An idle time-out. Costs one timer, and only while it runs. */
export interface IdleClock {
  /** Begins to wait; while it runs already, the time begins anew. */
  start(): void;
  stop(): void;
}

export function createIdleClock(idleMs: number, onIdle: () => void): IdleClock {
  let timer: NodeJS.Timeout | undefined;
  return {
    start() {
      if (timer === undefined) timer = setTimeout(onIdle, idleMs);
      else timer.refresh();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
