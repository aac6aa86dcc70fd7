import { waitFor } from '../registry/wait';

/** The wait between two heartbeats, which can be cut short. One waiter at a time. */
export interface HeartbeatTimer {
  /** Ends the wait in progress, or else the next one before it begins. */
  fire(): void;
  /** Resolves after `ms`, when fired, or when the signal has fired. Does not keep the process alive. */
  wait(ms: number): Promise<void>;
}

export function createHeartbeatTimer(halted: AbortSignal): HeartbeatTimer {
  let fired = false;
  let wake = (): void => undefined;

  return {
    fire() {
      fired = true;
      wake();
    },
    async wait(ms) {
      if (!fired)
        await waitFor(
          (done) => {
            wake = done;
            return () => (wake = () => undefined);
          },
          { ms, signal: halted },
        );
      fired = false;
    },
  };
}
