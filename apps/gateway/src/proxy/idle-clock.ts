/** Runs out when nothing has happened for a while. Costs one timer, and only while somebody is being waited for. */
export interface IdleClock {
  /** Somebody is waited for from now on; while waiting already, the time begins anew. */
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
