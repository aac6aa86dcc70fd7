import { waitFor } from '../registry/wait';

/** The switch that pauses heartbeats and session while the process that they speak for is stalled. */
export interface PauseSwitch {
  /** Fires when the pause begins; a fresh one once it is over. */
  readonly signal: AbortSignal;
  pause(): void;
  resume(): void;
  /** Resolves when not paused, or when the given signal fires. */
  whenRunning(unless: AbortSignal): Promise<void>;
}

export function createPauseSwitch(): PauseSwitch {
  let paused = new AbortController();
  const waiting = new Set<() => void>();

  return {
    get signal() {
      return paused.signal;
    },
    pause: () => paused.abort(),
    resume() {
      if (!paused.signal.aborted) return;
      paused = new AbortController();
      for (const resume of [...waiting]) resume();
    },
    async whenRunning(unless) {
      if (!paused.signal.aborted) return;
      await waitFor(
        (done) => {
          waiting.add(done);
          return () => waiting.delete(done);
        },
        { signal: unless },
      );
    },
  };
}
