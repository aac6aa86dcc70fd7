import { spawn } from 'node:child_process';
import { endWithParent } from '@rollcall/testing';

/** How a process ended: its exit code, or the signal that ended it. */
export type Ending = number | NodeJS.Signals;

export interface NodeProcess {
  readonly pid: number;
  /** What it has written so far, standard output and standard error together. */
  output(): string;
  isRunning(): boolean;
  /** Resolves once it is gone and its output is whole. */
  readonly exited: Promise<Ending>;
  /** Nobody reads what it writes from now on, as when `| head` has seen enough. */
  closeOutput(): void;
  /** Sends the signal and waits for the end. */
  end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<Ending>;
}

export interface StartNodeOptions {
  /** The whole environment: nothing of the machine's or of Jest's leaks in. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A command that runs it; it has to end with this process by itself. */
  readonly under?: readonly [string, ...string[]] | undefined;
}

/** It ends with this process, whatever ends this one. */
export function startNode(args: readonly string[], { under, ...options }: StartNodeOptions): NodeProcess {
  const [file, ...before] = under ?? [process.execPath, '-r', endWithParent];
  const child = spawn(file, [...before, ...args], {
    ...options,
    env: { ...options.env, STARTED_BY: String(process.pid) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  let running = true;
  const exited = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running = false;
      resolve(signal ?? code ?? 0);
    });
  });
  if (child.pid === undefined) throw new Error(`node ${args.join(' ')} could not be started`);

  return {
    pid: child.pid,
    output: () => output,
    isRunning: () => running,
    exited,
    closeOutput() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}
