import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedPort, eventually } from '@rollcall/testing';
import { freePort, startApp, type AppProcess } from '../src/app-process';

const MAIN = join(__dirname, '../../apps/cli/dist/main.js');
const home = mkdtempSync(join(tmpdir(), 'rollcall-terminal-'));

interface Ended {
  /** Exit code, or the signal that ended it. */
  readonly ending: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the command as a process', () => {
  let registry: AppProcess;

  beforeAll(async () => {
    registry = startApp({
      app: 'registry',
      port: await freePort(),
      env: { DATA_DIR: 'off', REGISTRY_AUTH: 'off' },
    });
    await registry.ready();
    for (const [service_name, port] of [
      ['order', 7001],
      ['billing', 7002],
    ] as const) {
      const registration = {
        service_name,
        url: `http://127.0.0.1:${port}`,
        instance_id: `${port}`,
        ttl_seconds: 300,
        metadata: { note: '\u001b]0;owned\u0007\u202e' },
      };
      const answer = await fetch(`${registry.url}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(registration),
      });
      expect(answer.status).toBe(201);
    }
  });

  const children = new Set<ChildProcess>();
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await registry.end('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  });

  function start(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(file, args, {
      env: { PATH: process.env['PATH'], HOME: home, REGISTRY_URL: registry.url, ...env },
      stdio: 'pipe',
    });
    children.add(child);
    const written = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => (written[name] += text));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ ending: signal ?? code ?? 0, ...written }));
    });
    return { child, ended, stdout: () => written.stdout };
  }
  const inPipe = (...args: readonly string[]): Promise<Ended> =>
    start(process.execPath, [MAIN, ...args]).ended;
  /** `script` gives it a terminal, and ends with its exit code. */
  const startOnTerminal = (command: string, env: Readonly<Record<string, string>> = {}) =>
    start('script', ['-qec', `stty cols 60 && ${process.execPath} ${MAIN} ${command}`, '/dev/null'], env);
  const onTerminal = (command: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    startOnTerminal(command, env).ended;

  test('writes whole lines without colours into a pipe, and one document as JSON', async () => {
    const table = await inPipe('ls', 'order', '-o', 'wide');
    expect(table).toMatchObject({ ending: 0, stderr: '' });
    expect(table.stdout).toMatch(/note=\\u001b\]0;owned\\u0007\\u202e/);
    expect(table.stdout).not.toContain('\u001b');
    const json = await inPipe('ls', '-o', 'json');
    expect(json).toMatchObject({ ending: 0, stderr: '' });
    expect(JSON.parse(json.stdout)).toMatchObject({ services: { order: [{ instance_id: '7001' }] } });
  });

  test('colours on a terminal and stays within its width, unless NO_COLOR is set', async () => {
    const coloured = await onTerminal('ls order -o wide');
    expect(coloured.ending).toBe(0);
    expect(coloured.stdout).toContain('\u001b[32m');
    for (const acting of ['\u001b]', '\u0007', '\u202e']) expect(coloured.stdout).not.toContain(acting);
    const plain = await onTerminal('ls order -o wide', { NO_COLOR: '1' });
    expect(plain.stdout).not.toContain('\u001b');
    for (const line of plain.stdout.split(/\r?\n/)) expect([...line].length).toBeLessThanOrEqual(60);
  });

  test.each([
    ['ls nobody', 3],
    ['ls --status down', 2],
    ['explain nobody', 3],
    ['version', 0],
  ])('ends on a terminal as in a pipe: %s with %i', async (command, code) => {
    expect((await onTerminal(command)).ending).toBe(code);
    const piped = await inPipe(...command.split(' '));
    expect(piped.ending).toBe(code);
    if (code !== 0) expect(piped.stdout).toBe('');
  });

  test.each([
    ['n', 1, 'up'],
    ['y', 0, 'out_of_service'],
  ])(
    'asks on a terminal before the last instance is taken out, and goes by the answer %s',
    async (answer, code, status) => {
      const asking = startOnTerminal('out billing/7002 --reason disk');
      await eventually(() => asking.stdout().includes('[y/N] '), { timeoutMs: 30_000 });
      expect(asking.stdout()).toContain('this leaves billing without an instance that is up');
      asking.child.stdin.write(`${answer}\n`);
      expect((await asking.ended).ending).toBe(code);
      const { stdout } = await inPipe('get', 'billing/7002', '-o', 'json');
      expect(JSON.parse(stdout)).toMatchObject({ status });
    },
  );

  test('says on standard error that the registry is away, and ends with 5', async () => {
    const REGISTRY_URL = `http://127.0.0.1:${await closedPort()}`;
    const { ended } = start(process.execPath, [MAIN, 'ls', '-o', 'json'], { REGISTRY_URL });
    expect(await ended).toEqual({
      ending: 5,
      stdout: '',
      stderr: `error: the registry at ${REGISTRY_URL} does not answer (ECONNREFUSED)\n mend: start it (rollcall up), or say where it is: REGISTRY_URL=… rollcall ls\n`,
    });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('a stream of changes ends at %s with %i', async (signal, code) => {
    const watching = start(process.execPath, [MAIN, 'watch', 'order']);
    await eventually(() => watching.stdout().includes('order/7001'), { timeoutMs: 30_000 });
    watching.child.kill(signal);
    expect(await watching.ended).toMatchObject({ ending: code, stderr: '' });
  });

  test('goes on watching a registry that was away for a moment', async () => {
    const port = await freePort();
    const env = { DATA_DIR: 'off', REGISTRY_AUTH: 'off' };
    const first = startApp({ app: 'registry', port, env });
    await first.ready();
    const watching = start(process.execPath, [MAIN, 'watch'], { REGISTRY_URL: first.url });
    const register = (instance_id: string): Promise<Response> =>
      fetch(`${first.url}/register`, {
        method: 'POST',
        // A connection to the one that was killed would be used again.
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: JSON.stringify({
          service_name: 's',
          url: 'http://127.0.0.1:7003',
          instance_id,
          ttl_seconds: 300,
        }),
      });
    await register('before');
    await eventually(() => watching.stdout().includes('s/before  ● up'), { timeoutMs: 30_000 });
    await first.end('SIGKILL');
    const second = startApp({ app: 'registry', port, env });
    await second.ready();
    await register('after');
    await eventually(() => watching.stdout().includes('s/after  ● up'), { timeoutMs: 30_000 });
    await eventually(() => watching.stdout().includes('s/before  ✕ gone'));
    watching.child.kill('SIGINT');
    const { ending, stderr } = await watching.ended;
    expect(ending).toBe(130);
    expect(stderr).toContain('it is opened again');
    await second.end('SIGKILL');
  });

  test('ends quietly when its reader has seen enough', async () => {
    const piped = start('sh', ['-c', `${process.execPath} ${MAIN} ls -o json | head -c 1`]);
    expect(await piped.ended).toEqual({ ending: 0, stdout: '{', stderr: '' });
  });
});
