import { SIGNAL_EXIT } from './exit-codes';

/** Hands signals over to a command that has its own use for them. @returns what takes them back */
export type TakeSignals = (
  names: readonly NodeJS.Signals[],
  own: (signal: NodeJS.Signals) => void,
) => () => void;

export interface Signals {
  /** Aborted, with the signal's name as the reason, by SIGINT or SIGTERM, unless a command has taken them. */
  readonly interrupted: AbortSignal;
  readonly take: TakeSignals;
}

/** One Ctrl-C reaches us twice under npx: from the terminal, and handed on by npm, which got it too. */
const SAME_WISH_MS = 1000;

/** Follows the signals of this process: the first one interrupts the command, a second one ends the process at once. */
export function followSignals(): Signals {
  const interruption = new AbortController();
  let isTaken = false;
  let firstAt = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (isTaken) return;
      if (!interruption.signal.aborted) {
        firstAt = performance.now();
        interruption.abort(signal);
        // Whoever asks twice does not want to wait.
      } else if (performance.now() - firstAt > SAME_WISH_MS) process.exit(SIGNAL_EXIT[signal]);
    });

  return {
    interrupted: interruption.signal,
    take(names, own) {
      isTaken = true;
      for (const name of names) process.on(name, own);
      return () => {
        isTaken = false;
        for (const name of names) process.off(name, own);
      };
    },
  };
}
