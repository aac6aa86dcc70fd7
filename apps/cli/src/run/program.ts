import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** A program in a process group of its own, so that Ctrl-C on a terminal does not reach it. */
export interface Program {
  readonly pid: number;
  /** Its exit code, or 128 and the number of the signal that ended it, as shells have it. */
  readonly ended: Promise<number>;
  /** Sends a signal to the program itself, if it is still there. */
  signal(name: NodeJS.Signals): void;
  /** Ends it and everything that it has started, at once. */
  kill(): void;
}

/** As shells have it: the program was not found, or cannot be run. */
const EXIT_NOT_FOUND = 127;
const EXIT_NOT_RUNNABLE = 126;

/** It cannot be started at all. */
export interface NoProgram {
  readonly fault: string;
  readonly exitCode: number;
}

export function startProgram(
  [file = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Program | NoProgram> {
  const child = spawn(file, args, { env, stdio: 'inherit', detached: true });
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({
        fault: `${file} cannot be started: ${error.code === 'ENOENT' ? 'there is no such program' : error.message}`,
        exitCode: error.code === 'ENOENT' ? EXIT_NOT_FOUND : EXIT_NOT_RUNNABLE,
      }),
    );
    // Listened for at once: it may end before anybody asks.
    const ended = new Promise<number>((settle) =>
      child.once('exit', (code, signal) => settle(exitCodeOf(code, signal))),
    );
    child.once('spawn', () => {
      const { pid } = child;
      if (pid === undefined) return;
      resolve({ pid, ended, signal: (name) => void child.kill(name), kill: () => killGroup(pid) });
    });
  });
}

function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? 0) : 128 + constants.signals[signal];
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
