import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { freePort } from './app-process';
import type { Ending } from './node-process';
import { isAlive, processTree } from './process-tree';

const workspace = join(__dirname, '../..');

/** The default ports belong to whoever works on this machine. */
const portVariables = [
  'REGISTRY_PORT',
  'GATEWAY_PORT',
  'GATEWAY_ADMIN_PORT',
  'PRODUCT_PORT',
  'PRODUCT_2_PORT',
  'ORDER_PORT',
  'HELLO_PORT',
] as const;

export type Ports = Readonly<Record<(typeof portVariables)[number], string>>;

/** `npm start` under way, on ports of its own. */
export interface Launched {
  readonly ports: Ports;
  /** What it has written so far, standard output and standard error together. */
  output(): string;
  readonly exited: Promise<Ending>;
  /** Resolves with every process that belongs to it once the table of addresses has been printed. */
  up(): Promise<readonly number[]>;
  /** The Enter key. */
  enter(): void;
  /** Sends a signal to the process that was started alone: the launcher, or what stands before it. */
  signal(signal: NodeJS.Signals): void;
  /** Ctrl-C: a terminal sends it to every process in its foreground, npm and the launcher alike. */
  interrupt(): void;
  /** Ends whatever is left and removes the data folder. */
  dispose(): Promise<void>;
}

export async function launch(
  [command, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>> = {},
): Promise<Launched> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-start-'));
  const ports = Object.fromEntries(
    await Promise.all(portVariables.map(async (name) => [name, String(await freePort())])),
  ) as Ports;
  const { NODE_ENV: _fromJest, ...inherited } = process.env;
  const child = spawn(command, args, {
    cwd: workspace,
    env: { ...inherited, ...ports, DATA_DIR: dataDir, ...env },
    detached: true,
    stdio: 'pipe',
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started`);

  // Broken once it has ended.
  child.stdin.on('error', () => undefined);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  let running = true;
  const exited = new Promise<Ending>((resolve) => {
    child.once('close', (code, signal) => {
      running = false;
      resolve(signal ?? code ?? 0);
    });
  });
  let tree: readonly number[] = [pid];

  return {
    ports,
    output: () => output,
    exited,
    async up() {
      await eventually(() => !running || output.includes('Rollcall is up.'), {
        timeoutMs: 90_000,
        everyMs: 50,
      });
      if (!running) throw new Error(`ended before it was up; it wrote:\n${output}`);
      tree = processTree(pid);
      return tree;
    },
    enter: () => void child.stdin.write('\n'),
    signal: (signal) => void child.kill(signal),
    interrupt: () => void process.kill(-pid, 'SIGINT'),
    async dispose() {
      for (const leftover of new Set([...tree, ...(running ? processTree(pid) : [])])) {
        if (isAlive(leftover)) process.kill(leftover, 'SIGKILL');
      }
      await exited;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
