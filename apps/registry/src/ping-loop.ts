import type { Clock } from './ports/clock';

export interface PingLoop {
  start(): void;
  /** Idempotent. */
  stop(): void;
}

/** Calls `ping` every `intervalMs`. */
export function createPingLoop(options: { clock: Clock; intervalMs: number; ping: () => void }): PingLoop {
  const { clock, intervalMs, ping } = options;
  let cancel: (() => void) | undefined;

  function sleep(): void {
    cancel = clock.after(intervalMs, () => {
      ping();
      sleep();
    });
  }

  return { start: sleep, stop: () => cancel?.() };
}
