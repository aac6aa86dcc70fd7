import { readFileSync } from 'node:fs';
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

const SHELL_CHECK_MS = 500;

/**
 * Follows the signals of this process: the first one interrupts the command, a second one ends the process at once.
 * The end of the shell in which npm runs the command counts as SIGTERM.
 */
export function followSignals(env: NodeJS.ProcessEnv): Signals {
  const interruption = new AbortController();
  let isTaken = false;
  let hasCome = false;
  let firstAt = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      hasCome = true;
      if (isTaken) return;
      if (!interruption.signal.aborted) {
        firstAt = performance.now();
        interruption.abort(signal);
        // Whoever asks twice does not want to wait.
      } else if (performance.now() - firstAt > SAME_WISH_MS) process.exit(SIGNAL_EXIT[signal]);
    });
  whenNpmShellEnds(env, () => {
    // A Ctrl-C ends both, and is one wish.
    if (!hasCome) process.kill(process.pid, 'SIGTERM');
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

/**
 * npm runs `npx rollcall` and scripts in a shell, and hands signals on to that. Some shells (dash, the `sh` of Debian) end
 * then and hand nothing on, so that the command would run on without anybody to stop it. Others put the command in
 * their own place.
 */
function whenNpmShellEnds(env: NodeJS.ProcessEnv, onEnd: () => void): void {
  const script = env['npm_lifecycle_script'];
  const shell = process.ppid;
  // A script that has put something in the background ends before that does.
  if (script === undefined || script.includes('&') || !isShell(shell)) return;
  const check = setInterval(() => {
    // An orphan is handed to another parent.
    if (process.ppid === shell) return;
    clearInterval(check);
    onEnd();
  }, SHELL_CHECK_MS);
  check.unref();
}

/** @returns false also where there is no `/proc` to ask, as on macOS, whose `sh` puts the command in its own place */
function isShell(pid: number): boolean {
  try {
    return /sh$/.test(readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
  } catch {
    return false;
  }
}
