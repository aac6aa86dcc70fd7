import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { launch, type Launched } from '../src/launched';
import { isAlive } from '../src/process-tree';
import { freePort } from '../src/app-process';

const run = promisify(execFile);

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
  });

  test.each(['SIGTERM', 'SIGHUP'] as const)(
    'stops everything in order after %s, and exits with 0',
    async (signal) => {
      launched = await launch([process.execPath, 'tools/start.mjs']);
      const processes = await launched.up();

      launched.signal(signal);

      expect(await launched.exited).toBe(0);
      expect(processes.filter(isAlive)).toEqual([]);
      const stopped = [...launched.output().matchAll(/^(\S+) +│ .* stopped\b/gm)].map(([, name]) => name);
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
