import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { closedPort, eventually } from '@rollcall/testing';

export type AppName = 'registry' | 'gateway' | 'product' | 'order' | 'hello';

/** How a process ended: its exit code, or the signal that ended it. */
export type Ending = number | NodeJS.Signals;

/** An app as it is deployed: the compiled main.js in a process of its own. */
export interface AppProcess {
  readonly app: AppName;
  readonly url: string;
  readonly pid: number;
  /** What it has written so far, standard output and standard error together. */
  output(): string;
  isRunning(): boolean;
  /** Resolves once it is gone and its output is whole. */
  readonly exited: Promise<Ending>;
  /** Resolves once `/livez` answers 200. */
  live(): Promise<void>;
  /** Resolves once `/readyz` answers 200. */
  ready(): Promise<void>;
  /** Sends the signal and waits for the end. */
  end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<Ending>;
}

export interface StartAppOptions {
  readonly app: AppName;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** Where the health paths are, when not at the app's own port. */
  readonly healthPort?: number;
}

/** The whole environment of a started app: nothing of the machine's or of Jest's leaks in. */
export function startApp({ app, port, env, healthPort = port }: StartAppOptions): AppProcess {
  const child = spawn(process.execPath, ['--enable-source-maps', mainOf(app)], {
    env: { PORT: String(port), ...env },
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
  if (child.pid === undefined) throw new Error(`${app} could not be started`);

  return {
    app,
    url: localUrl(port),
    pid: child.pid,
    output: () => output,
    isRunning: () => running,
    exited,
    live: () => answers(`${localUrl(healthPort)}/livez`),
    ready: () => answers(`${localUrl(healthPort)}/readyz`),
    end(signal) {
      child.kill(signal);
      return exited;
    },
  };

  async function answers(url: string): Promise<void> {
    await eventually(async () => !running || (await isOk(url)), { timeoutMs: 20_000, everyMs: 50 }).catch(
      (cause: unknown) => {
        throw new Error(`${app} does not answer ${url}; it wrote:\n${output}`, { cause });
      },
    );
    if (!running) throw new Error(`${app} ended before it answered ${url}; it wrote:\n${output}`);
  }
}

async function isOk(url: string): Promise<boolean> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.ok;
}

/** A free port of 127.0.0.1, for an app that must come back at the address that it had. */
export const freePort = closedPort;

export function localUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function mainOf(app: AppName): string {
  return join(__dirname, '../../apps', app, 'dist/main.js');
}
