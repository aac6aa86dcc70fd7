/** Whether a membership is to keep quiet for a while, because the process that it speaks for has come to a stop. */
export interface Suspension {
  /** Fires when the suspension begins; a fresh one once it is over. */
  readonly signal: AbortSignal;
  begin(): void;
  end(): void;
  /** Resolves when there is none, or when the given signal fires. */
  over(unless: AbortSignal): Promise<void>;
}

export function createSuspension(): Suspension {
  let begun = new AbortController();
  const waiting = new Set<() => void>();

  return {
    get signal() {
      return begun.signal;
    },
    begin: () => begun.abort(),
    end() {
      if (!begun.signal.aborted) return;
      begun = new AbortController();
      for (const resume of [...waiting]) resume();
    },
    over(unless) {
      if (!begun.signal.aborted || unless.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const resume = (): void => {
          waiting.delete(resume);
          unless.removeEventListener('abort', resume);
          resolve();
        };
        waiting.add(resume);
        unless.addEventListener('abort', resume);
      });
    },
  };
}
