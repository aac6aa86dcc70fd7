import { execFile } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { eventually } from '@rollcall/testing';
import { launch, type Launched } from '../src/launched';
import { isAlive } from '../src/process-tree';
import { freePort } from '../src/app-process';

const run = promisify(execFile);

/** The apps that drained and said so, one after the other. */
const stoppedInOrder = (launched: Launched) =>
  [...launched.output().matchAll(/^(\S+) +│ .* stopped\b/gm)].map(([, name]) => name);

/** A request whose body never comes to its end; begun once the service has taken it. */
function openRequest(port: number) {
  const socket = connect(port, '127.0.0.1', () =>
    socket.write(
      'POST /products HTTP/1.1\r\nHost: rollcall\r\nContent-Type: application/json\r\nContent-Length: 100\r\n' +
        'Expect: 100-continue\r\n\r\n',
    ),
  );
  socket.on('error', () => undefined);
  return { socket, begun: once(socket, 'data') };
}

describe('npm start', () => {
  let launched: Launched | undefined;

  afterEach(() => launched?.dispose());

  test('brings everything up, its three commands work, and Ctrl-C leaves no process', async () => {
    launched = await launch(['npm', 'start']);
    const processes = await launched.up();

    const output = launched.output();
    for (const port of Object.values(launched.ports)) expect(output).toContain(`http://127.0.0.1:${port}  `);
    const commands = [...output.matchAll(/^ {2}(curl .+)$/gm)].map(([, command]) => command ?? '');
    expect(commands).toHaveLength(3);
    for (const command of commands) {
      const { stdout } = await run('sh', ['-c', `${command} --silent --show-error --fail`]);
      expect(JSON.parse(stdout)).toBeInstanceOf(Object);
    }

    launched.interrupt();
    await launched.exited;
    expect(processes.length).toBeGreaterThanOrEqual(7);
    expect(processes.filter(isAlive)).toEqual([]);
    // npm hands the signal on that the launcher got from the terminal itself: that is one Ctrl-C, not two.
    expect(stoppedInOrder(launched)).toHaveLength(6);
    expect(launched.output()).toContain('Stopping gateway: requests under way are finished first.');
  });

  test('shows the table again at Enter, with the process of each app, and one short line a request', async () => {
    launched = await launch([process.execPath, 'tools/start.mjs']);
    const processes = await launched.up();
    const tables = () => launched?.output().split('Rollcall is up.') ?? [];

    const { GATEWAY_PORT } = launched.ports;
    await fetch(`http://127.0.0.1:${GATEWAY_PORT}/products/of-this-spec`);
    await eventually(() => tables().at(-1)?.includes('/products/of-this-spec'));
    launched.enter();
    await eventually(() => tables().length === 3);

    const apps = ['registry', 'gateway', 'product-1', 'product-2', 'order', 'hello'];
    const pids = apps.map((app) =>
      Number(new RegExp(`^  ${app} +(\\d+) `, 'm').exec(tables().at(-1) ?? '')?.[1]),
    );
    expect(processes).toEqual(expect.arrayContaining(pids));
    const lines = tables()[1]?.match(/^.*GET \/products\/of-this-spec.*$/gm) ?? [];
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^gateway +│ .{1,100}$/);
  });

  test('a second Ctrl-C does not wait for the requests that the first waits for', async () => {
    launched = await launch([process.execPath, 'tools/start.mjs']);
    const processes = await launched.up();
    const request = openRequest(Number(launched.ports.GATEWAY_PORT));
    await request.begun;

    launched.signal('SIGINT');
    await eventually(() => launched?.output().includes('Stopping gateway'), { timeoutMs: 20_000 });
    await eventually(
      () => {
        launched?.signal('SIGINT');
        return launched?.output().includes('Ended at once');
      },
      { timeoutMs: 20_000, everyMs: 100 },
    );

    await launched.exited;
    request.socket.destroy();
    expect(stoppedInOrder(launched)).not.toContain('gateway');
    expect(processes.filter(isAlive)).toEqual([]);
  });

  test.each([
    ['SIGKILL of the launcher', [process.execPath, 'tools/start.mjs'], {}, 'SIGKILL'],
    ['SIGKILL of npm', ['npm', 'start'], {}, 'SIGKILL'],
    [
      'a signal to the shell that npm runs it in',
      ['sh', '-c', `"$NODE" tools/start.mjs; exit $?`],
      { NODE: process.execPath, npm_lifecycle_event: 'start' },
      'SIGTERM',
    ],
  ] as const)('%s leaves no app running', async (_, command, env, signal) => {
    launched = await launch(command, env);
    const processes = await launched.up();

    launched.signal(signal);

    await eventually(() => processes.every((pid) => !isAlive(pid)), { timeoutMs: 20_000, everyMs: 100 });
  });

  test.each(['SIGTERM', 'SIGHUP'] as const)(
    'stops everything in order after %s, and exits with 0',
    async (signal) => {
      launched = await launch([process.execPath, 'tools/start.mjs']);
      const processes = await launched.up();

      launched.signal(signal);

      expect(await launched.exited).toBe(0);
      expect(processes.filter(isAlive)).toEqual([]);
      const stopped = stoppedInOrder(launched);
      expect(stopped[0]).toBe('gateway');
      expect(stopped.at(-1)).toBe('registry');
      expect(stopped).toHaveLength(6);
    },
  );

  test('says which port is taken and what to set, and exits with 1', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    try {
      launched = await launch([process.execPath, 'tools/start.mjs'], { ORDER_PORT: String(port) });

      expect(await launched.exited).toBe(1);
      expect(launched.output()).toContain(
        `port ${port} is taken: stop what listens there, or set ORDER_PORT`,
      );
    } finally {
      server.close();
    }
  });

  test('ends everything when an app ends while it starts, says which, and exits with 1', async () => {
    launched = await launch([process.execPath, 'tools/start.mjs'], { HOLD_TIMEOUT_MS: 'for ever' });

    expect(await launched.exited).toBe(1);
    expect(launched.output()).toContain('npm start: gateway ended with exit code 2');
  });
});
