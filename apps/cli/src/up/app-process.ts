import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface AppProcessOptions {
  /** Of this very command: `registry`, `gateway`. */
  readonly app: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onLine: (line: string) => void;
}

/** One app as a process of its own, which ends with this one, however this one ends. */
export interface AppProcess {
  readonly app: string;
  /** How it ended, in words. */
  readonly ended: Promise<string>;
  readonly hasEnded: () => boolean;
  /** Asks it to finish what is under way and to end. */
  terminate(): void;
  /** Ends it, and what it has started itself, at once. */
  kill(): void;
}

/**
 * Starts an app in a process group of its own: a Ctrl-C in the terminal then reaches this process alone, which ends the
 * apps in their order. The channel carries nothing; its end says to the app that this process is gone.
 */
export function startApp({ app, env, onLine }: AppProcessOptions): AppProcess {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', app], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null) createInterface({ input: stream }).on('line', onLine);

  let hasEnded = false;
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  };
  // Workers of a gateway that was killed go with it.
  child.once('exit', kill);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    // `close` comes after the last line of output; `exit` may come before it.
    child.once('close', (code, signal) =>
      resolve(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
    );
  }).then((ending) => {
    hasEnded = true;
    return ending;
  });
  return { app, ended, hasEnded: () => hasEnded, terminate: () => void child.kill('SIGTERM'), kill };
}
