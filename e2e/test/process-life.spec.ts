import { createServer } from 'node:net';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { eventually } from '@rollcall/testing';
import { freePort, startApp, type AppName, type AppProcess } from '../src/app-process';
import { expectAnswer } from '../src/expect-answer';

const apps: readonly AppName[] = ['registry', 'gateway', 'product', 'order', 'hello'];

/** Any authority will do: Node brings its own. */
const AUTHORITY = join(tmpdir(), `rollcall-authority-${process.pid}.pem`);
beforeAll(() => writeFile(AUTHORITY, rootCertificates[0] ?? ''));
afterAll(() => rm(AUTHORITY));

const started: AppProcess[] = [];

/** Of each app, settings of which one leaves another without effect. */
const CONTRADICTIONS: Readonly<Record<AppName, Readonly<Record<string, string>>>> = {
  registry: { REGISTRY_AUTH: 'off', REGISTRY_TOKENS_FILE: '/etc/rollcall/tokens.json' },
  gateway: { HOLD_TIMEOUT_MS: '0', HOLD_CAPACITY: '100' },
  product: { DATABASE_POOL_SIZE: '20', DATABASE_URL: 'file:/tmp/rollcall.db' },
  order: { DATABASE_POOL_MIN: '4', DATABASE_URL: 'file:/tmp/rollcall.db' },
  hello: { REGISTRY_CA_FILE: AUTHORITY, REGISTRY_URL: 'http://registry:8080' },
};

/** Starts it alone, without a registry to talk to, and with nothing on disk. */
async function start(app: AppName, env: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
  const [port, adminPort, closedPort] = [await freePort(), await freePort(), await freePort()];
  const process = startApp({
    app,
    port,
    env: {
      DATA_DIR: 'off',
      DRAIN_LINGER_MS: '0',
      REGISTRY_URL: `http://127.0.0.1:${closedPort}`,
      ADMIN_PORT: String(adminPort),
      ...env,
    },
    ...(app === 'gateway' && { healthPort: adminPort }),
  });
  started.push(process);
  return process;
}

describe.each(apps)('%s', (app) => {
  afterEach(() => Promise.all(started.splice(0).map((process) => process.end('SIGKILL'))));

  test('names every fault of a bad configuration and exits with 2', async () => {
    const process = await start(app, { LOG_LEVEL: 'loud', HOST: 'not a host' });

    expect(await process.exited).toBe(2);
    expect(process.output()).toContain('LOG_LEVEL');
    expect(process.output()).toContain('HOST');
  });

  test('repeats no password of an address, be it refused or in use', async () => {
    const addresses = {
      REGISTRY_URL: 'http://u:hunter2@registry',
      ADVERTISE_URL: 'http://u:hunter2@here',
      DATABASE_URL: 'postgres://u:hunter2@',
      TRUSTED_PROXIES: 'http://u:hunter2@proxy',
    };
    const refused = await start(app, { LOG_LEVEL: 'loud', ...addresses });
    const db = `postgres://shop:hunter2@127.0.0.1:${await freePort()}/shop`;
    const running = await start(app, { LOG_LEVEL: 'debug', DATABASE_URL: db });
    await running.live();

    expect(await refused.exited).toBe(2);
    expect(await running.end('SIGTERM')).toBe(0);
    expect(refused.output() + running.output()).not.toContain('hunter2');
  });

  test('names a setting that cannot work, in one line and without a stack, and exits with 2', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-settings-'));
    const file = join(folder, 'a-file');
    await writeFile(file, 'no folder, and no certificate either');
    const pair = { TLS_CERT_FILE: file, TLS_KEY_FILE: join(folder, 'no-such-file') };
    const cases: readonly (readonly [setting: string, Readonly<Record<string, string>>])[] = [
      ['HOST', { HOST: '192.0.2.1' }],
      ['HOST', { HOST: 'no-such-host.invalid' }],
      ['TLS_KEY_FILE', pair],
      ...(app === 'hello'
        ? []
        : ([
            ['DATA_DIR', { DATA_DIR: file }],
            ['DATA_DIR', { DATA_DIR: join(file, 'below') }],
          ] as const)),
      ...(app === 'registry'
        ? ([['REGISTRY_TOKENS_FILE', { REGISTRY_TOKENS_FILE: join(folder, 'none') }]] as const)
        : []),
      ...(app === 'registry' ? [] : ([['REGISTRY_CA_FILE', { REGISTRY_CA_FILE: file }]] as const)),
      ...(app === 'product' || app === 'order'
        ? ([['DATABASE_URL', { DATABASE_URL: `file:${join(file, 'x.db')}` }]] as const)
        : []),
    ];
    for (const [setting, env] of cases) {
      const process = await start(app, env);
      expect([setting, await process.exited]).toEqual([setting, 2]);
      expect(process.output()).toContain(setting);
      expect(process.output()).not.toMatch(/\n\s+at /);
    }
    await rm(folder, { recursive: true });
  });

  test('refuses settings that leave each other without effect, in one line, and exits with 2', async () => {
    const process = await start(app, CONTRADICTIONS[app]);

    expect(await process.exited).toBe(2);
    const lines = process.output().trim().split('\n');
    expect(lines).toHaveLength(1);
    for (const setting of Object.keys(CONTRADICTIONS[app])) expect(lines[0]).toContain(setting);
  });

  test('says which variable to change when its port is taken and exits with 1', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    try {
      const process = await start(app, { PORT: String(port) });

      expect(await process.exited).toBe(1);
      expect(process.output()).toMatch(new RegExp(`${port}.* taken.* PORT`));
    } finally {
      server.close();
    }
  });

  // hello has one call, and no document of it.
  if (app !== 'hello')
    test('documents its calls under the version of its package', async () => {
      const process = await start(app);
      await process.live();
      const manifest = await readFile(join(__dirname, '../../apps', app, 'package.json'), 'utf8');
      const { version } = JSON.parse(manifest) as { version: string };

      expect(await expectAnswer(`${process.healthUrl}/openapi.json`, 200)).toMatchObject({
        info: { version },
      });
    });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'exits with 0 after %s, without a registry too',
    async (signal) => {
      const process = await start(app);
      await process.live();

      expect(await process.end(signal)).toBe(0);
    },
  );

  test.each(app === 'gateway' ? ['1', '2'] : ['1'])(
    'outlives the reader of its log, counts what is lost, and exits with 0 after SIGTERM (%s workers)',
    async (workers) => {
      const process = await start(app, { GATEWAY_WORKERS: workers, LOG_LEVEL: 'debug' });
      await process.live();

      process.closeOutput();
      await eventually(async () => {
        await (await fetch(`${process.healthUrl}/${randomUUID()}`)).text();
        return (await lostLines(process)) > 0;
      });

      expect(process.isRunning()).toBe(true);
      expect(await process.end('SIGTERM')).toBe(0);
    },
  );
});

async function lostLines({ healthUrl }: AppProcess): Promise<number> {
  const text = await (await fetch(`${healthUrl}/metrics`)).text();
  return Number(/^rollcall_log_lines_lost_total\S* (\d+)$/m.exec(text)?.[1]);
}

describe('a file that a setting names', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-life-'));
  });
  afterEach(() => Promise.all(started.splice(0).map((process) => process.end('SIGKILL'))));
  afterAll(() => rm(folder, { recursive: true }));

  const faulty = 'version: 1\nroutes:\n  - { path_prefix: /a, servic: a, service: a }\n';
  const ZONE_FIRST = 'version: 1\ndefaults: { picker: zone_first }\nroutes: []\n';
  test.each<[AppName, string, string, string | undefined, string]>([
    ['gateway', 'ROUTES_FILE', '1', faulty, ':3:24: route /a: servic is no key here: did you mean service?'],
    ['gateway', 'ROUTES_FILE', '2', faulty, ':3:24: route /a: servic is no key here: did you mean service?'],
    [
      'gateway',
      'ROUTES_FILE',
      '1',
      ZONE_FIRST,
      ':2:13: defaults.picker zone_first has no effect without ZONE',
    ],
    ['gateway', 'ROUTES_FILE', '1', '', ':1:1: the file is empty: write version: 1'],
    ['gateway', 'ROUTES_FILE', '1', undefined, 'there is no such file'],
    ['registry', 'REGISTRY_TOKENS_FILE', '1', '{}', ':1:1: tokens is missing'],
    ['registry', 'REGISTRY_TOKENS_FILE', '1', '', ':1:1: the file is empty: write tokens:'],
    ['registry', 'REGISTRY_TOKENS_FILE', '1', undefined, 'there is no such file'],
  ])('ends %s with 2 and one line: %s (%s workers, %j)', async (app, setting, workers, text, fault) => {
    const file = join(folder, 'file.yaml');
    await rm(file, { force: true });
    if (text !== undefined) await writeFile(file, text);
    const process = await start(app, { [setting]: file, GATEWAY_WORKERS: workers, NODE_ENV: 'production' });

    expect(await process.exited).toBe(2);
    const lines = process
      .output()
      .split('\n')
      .filter((line) => line.includes(setting));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(file);
    expect(lines[0]).toContain(fault);
    expect(process.output()).not.toContain('in force');
  });
});
