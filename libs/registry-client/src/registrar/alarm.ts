/** A wait that somebody may cut short. One sleeper at a time. */
export interface Alarm {
  /** Ends the sleep that is under way, or else the next one before it begins. */
  ring(): void;
  /** Resolves after `ms`, when it rings, or when the signal has fired. Does not keep the process alive. */
  sleep(ms: number): Promise<void>;
}

export function createAlarm(halted: AbortSignal): Alarm {
  let rung = false;
  let wake = (): void => undefined;
  halted.addEventListener('abort', () => wake(), { once: true });

  return {
    ring() {
      rung = true;
      wake();
    },
    async sleep(ms) {
      if (!rung && !halted.aborted)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms).unref();
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      rung = false;
    },
  };
}
