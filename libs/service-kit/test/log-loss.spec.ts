import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { endWithParent, eventually } from '@rollcall/testing';

const fixture = join(__dirname, 'fixtures', 'logging-service.ts');
const register = require.resolve('@rollcall/testing/register-typescript');
const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

type Stdout = 'pipe' | number;

interface Logging {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly exited: Promise<unknown>;
  /** Has it write so many lines. @returns how many lines were lost until then */
  write(lines: number): Promise<number>;
  rssMiB(): Promise<number>;
}

/** A service whose standard error is read all the while, and whose standard output is up to the test. */
async function startLogging(stdout: Stdout, shell?: string): Promise<Logging> {
  const { NODE_ENV: _fromJest, ...env } = process.env;
  // A small young generation, so that what waits can be told from garbage that was not collected yet.
  const node = ['--max-semi-space-size=1', '-C', '@rollcall/source'];
  const args = [...node, '-r', endWithParent, '-r', register, fixture];
  const child = spawn(
    shell === undefined ? process.execPath : 'sh',
    shell === undefined ? args : ['-c', `exec "$0" "$@" ${shell}`, process.execPath, ...args],
    {
      stdio: ['ignore', stdout, 'pipe'],
      env: { ...env, PORT: '0', NODE_ENV: 'production', STARTED_BY: String(process.pid) },
    },
  );
  children.push(child);
  let written = '';
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const exited = once(child, 'exit').then(([code, signal]: unknown[]) => code ?? signal);
  const url = await eventually(
    () => {
      const [, port] = /port=(\d+)/.exec(complaints) ?? [];
      return port === undefined ? undefined : `http://127.0.0.1:${port}`;
    },
    { timeoutMs: 30_000 },
  );
  const metric = async (name: string, lines = 0): Promise<number> => {
    const text = await (await fetch(`${url}/?lines=${lines}`)).text();
    return Number(new RegExp(`^${name}\\S* (\\S+)$`, 'm').exec(text)?.[1]);
  };
  if (child.stdout) child.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
  return {
    child,
    stdout: () => written,
    exited,
    write: (lines) => metric('rollcall_log_lines_lost_total', lines),
    rssMiB: async () => (await metric('process_resident_memory_bytes')) / 1024 / 1024,
  };
}

async function stopsInOrder({ child, exited }: Logging): Promise<void> {
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
}

describe('a process whose log cannot be written', () => {
  it('because its reader has gone goes on, counts what is lost, and stops in order', async () => {
    const logging = await startLogging('pipe');
    expect(await logging.write(3)).toBe(0);

    logging.child.stdout?.destroy();
    await eventually(async () => (await logging.write(5)) > 0);
    const lost = await logging.write(0);
    await logging.write(10);

    expect(await logging.write(0)).toBe(lost + 10);
    await stopsInOrder(logging);
  });

  it('because both its outputs are closed goes on, and stops in order', async () => {
    const logging = await startLogging('pipe');

    logging.child.stdout?.destroy();
    logging.child.stderr?.destroy();
    await logging.write(5);
    await eventually(async () => (await logging.write(1)) > 0);

    await stopsInOrder(logging);
  });

  it('because the disk is full goes on, counts what is lost, and stops in order', async () => {
    const full = openSync('/dev/full', 'w');
    const logging = await startLogging(full);
    closeSync(full);

    await logging.write(10);
    expect(await logging.write(0)).toBeGreaterThanOrEqual(10);

    await stopsInOrder(logging);
  });

  it('because it was started without one goes on, and stops in order', async () => {
    const logging = await startLogging('pipe', '>&-');

    await logging.write(10);

    await stopsInOrder(logging);
  });

  it('because its reader stands still keeps a bounded part of it, and stops in order', async () => {
    const logging = await startLogging('pipe');
    logging.child.stdout?.pause();
    await logging.write(4000);
    const before = await logging.rssMiB();

    for (let round = 1; round <= 8; round += 1) await logging.write(5000);

    // 40 MB were written, of which 1 MiB may wait.
    expect(await logging.write(0)).toBeGreaterThan(30_000);
    expect((await logging.rssMiB()) - before).toBeLessThan(30);
    await stopsInOrder(logging);
  });
});

describe('a process whose log can be written again', () => {
  it('says how many lines were lost', async () => {
    const logging = await startLogging('pipe');
    logging.child.stdout?.pause();
    await eventually(async () => (await logging.write(1000)) > 0);

    logging.child.stdout?.resume();
    await eventually(async () => {
      await logging.write(1);
      return logging.stdout().includes('log_lines_lost');
    });

    const told = logging.stdout().matchAll(/"event":"log_lines_lost","lines":(\d+)/g);
    expect([...told].reduce((sum, [, lines]) => sum + Number(lines), 0)).toBe(await logging.write(0));
    await stopsInOrder(logging);
  });
});
