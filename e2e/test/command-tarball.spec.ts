import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@rollcall/testing';
import { createKeyPairFolder } from '@rollcall/testing/certificates';
import { etcdIsInstalled, startEtcdCluster } from '@rollcall/testing/etcd';
import { startNode, type NodeProcess } from '../src/node-process';
import { isAlive, processTree } from '../src/process-tree';

const run = promisify(execFile);
const command = join(__dirname, '../../apps/cli');
const testWithEtcd = etcdIsInstalled ? test : test.skip;

interface Addresses {
  readonly registry_url: string;
  readonly gateway_url: string;
  readonly gateway_admin_url: string;
  readonly data_dir: string;
}

describe("the command's tarball, installed alone in an empty folder", () => {
  let dir: string;

  beforeAll(async () => {
    dir = await realpath(await mkdtemp(join(tmpdir(), 'rollcall-command-')));
    await run('npm', ['pack', '--pack-destination', dir], { cwd: command });
    const [tarball = 'no tarball'] = await readdir(dir);
    await writeFile(join(dir, 'package.json'), '{ "private": true }');
    // Without any registry of packages, so that nothing but the tarball can be installed.
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`], { cwd: dir });
  });

  afterAll(() => rm(dir, { recursive: true, force: true }));

  const rollcall = (args: readonly string[], env: Readonly<Record<string, string>> = {}): NodeProcess =>
    startNode([join(dir, 'node_modules/.bin/rollcall'), ...args], {
      env: { HOME: dir, PATH: process.env['PATH'] ?? '', ...env },
      cwd: dir,
    });
  const up = (...args: readonly string[]): NodeProcess =>
    rollcall(['up', '--registry-port', '0', '--port', '0', '--admin-port', '0', ...args]);
  const addressesOf = async (process: NodeProcess): Promise<Addresses> => {
    const output = await eventually(
      () => /^\{[^]*?^\}$/m.exec(process.output())?.[0] ?? (process.isRunning() ? undefined : 'ended'),
      { timeoutMs: 60_000 },
    );
    if (output === 'ended') throw new Error(process.output());
    return JSON.parse(output) as Addresses;
  };

  test('is one package that needs no other', async () => {
    const installed = await readdir(join(dir, 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['rollcall']);
    const manifest: unknown = JSON.parse(
      await readFile(join(dir, 'node_modules/rollcall/package.json'), 'utf8'),
    );
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('scripts');
    const licences = await readFile(join(dir, 'node_modules/rollcall/lib/licences.txt'), 'utf8');
    expect(licences).toMatch(/^commander 14\.0\.3: MIT\n/m);
    // Of the console, which no program imports.
    for (const name of ['preact', '@preact/signals', '@preact/signals-core', 'uplot', '@dagrejs/dagre'])
      expect(licences).toMatch(new RegExp(`^${name} \\d[^:]*: MIT\n\n`, 'm'));
  });

  test('runs a registry and a gateway, which end with Ctrl-C and remember what they knew', async () => {
    const first = up('-o', 'json');
    const { registry_url, gateway_url, gateway_admin_url, data_dir } = await addressesOf(first);
    expect(data_dir).toBe(join(dir, '.rollcall'));
    await expect(access(join(dir, '.rollcall/registry'))).resolves.toBeUndefined();
    const registration = {
      service_name: 'elsewhere',
      url: 'http://127.0.0.1:9',
      ttl_seconds: 0,
      routes: [{ path_prefix: '/elsewhere' }],
    };
    const answer = await fetch(`${registry_url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(registration),
    });
    expect(answer.status).toBe(201);
    // Nobody is there: that it is tried says that the gateway knows the route.
    await eventually(async () => (await fetch(`${gateway_url}/elsewhere`)).status === 502);
    for (const path of ['/docs', '/docs/swagger-ui.css', '/openapi.json'])
      for (const base of [registry_url, gateway_admin_url])
        expect([path, (await fetch(base + path)).status]).toEqual([path, 200]);

    const family = processTree(first.pid);
    expect(family.length).toBeGreaterThanOrEqual(3);
    expect(await first.end('SIGINT')).toBe(0);
    await eventually(() => family.filter(isAlive).length === 0);

    const second = up('-o', 'json');
    const again = await addressesOf(second);
    const listed = rollcall(['ls', '-o', 'name'], { REGISTRY_URL: again.registry_url });
    expect(await listed.exited).toBe(0);
    expect(listed.output().split('\n')).toContain('elsewhere');
    expect(await second.end('SIGTERM')).toBe(0);
  });

  test('ends in order when npx is told to, which hands no signal on itself', async () => {
    const npx = startNode(
      ['rollcall', 'up', '--registry-port', '0', '--port', '0', '--admin-port', '0', '-o', 'json'],
      { env: { HOME: dir, PATH: process.env['PATH'] ?? '' }, cwd: dir, under: ['npx'] },
    );
    await addressesOf(npx);
    const family = processTree(npx.pid);
    expect(family.length).toBeGreaterThanOrEqual(4);

    // Its output is open as long as one of them is there.
    await npx.end('SIGTERM');
    expect(npx.output()).toMatch(/stopping the gateway.*gateway +│ .*stopped.*registry +│ .*stopped/s);
    await eventually(() => family.filter(isAlive).length === 0);
  });

  testWithEtcd('runs registries that share a catalog over etcd', async () => {
    const etcd = await startEtcdCluster({ size: 1 });
    const env = {
      REGISTRY_STORE: 'etcd',
      ETCD_ENDPOINTS: etcd.endpoints.join(),
      REGISTRY_AUTH: 'off',
      DATA_DIR: 'off',
      HOST: '127.0.0.1',
      PORT: '0',
    };
    const both = [rollcall(['registry'], env), rollcall(['registry'], env)];
    try {
      const urls = await Promise.all(
        both.map(async (process) => {
          const port = await eventually(
            () => / port=(\d+)/.exec(process.output())?.[1] ?? (process.isRunning() ? undefined : 'ended'),
            { timeoutMs: 60_000 },
          );
          if (port === 'ended') throw new Error(process.output());
          return `http://127.0.0.1:${port}`;
        }),
      );
      const [one = '', other = ''] = urls;
      const registration = { service_name: 'elsewhere', url: 'http://127.0.0.1:9', ttl_seconds: 0 };
      const answer = await fetch(`${one}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(registration),
      });
      expect(answer.status).toBe(201);
      await eventually(async () => {
        const listed = rollcall(['ls', '-o', 'name'], { REGISTRY_URL: other });
        return (await listed.exited) === 0 && listed.output().split('\n').includes('elsewhere');
      });
      for (const process of both) expect(await process.end('SIGTERM')).toBe(0);
    } finally {
      for (const process of both) await process.end('SIGKILL');
      await etcd.discard();
    }
  });

  test('leaves nothing running when it is killed', async () => {
    const process = up('--data', 'off');
    await eventually(() => process.output().includes('Rollcall is up'), { timeoutMs: 60_000 });
    const family = processTree(process.pid);
    expect(family.length).toBeGreaterThanOrEqual(3);
    await process.end('SIGKILL');
    await eventually(() => family.filter(isAlive).length === 0, { timeoutMs: 30_000 });
  });

  test('says which port is taken, and starts nothing', async () => {
    const first = up('-o', 'json', '--data', 'off');
    const { registry_url } = await addressesOf(first);
    const { port } = new URL(registry_url);
    const second = rollcall(['up', '--registry-port', port, '--port', '0', '--admin-port', '0']);
    expect(await second.exited).toBe(1);
    expect(second.output()).toBe(
      `error: port ${port} is taken (--registry-port)\n mend: stop what listens there, or choose other ports; 0 is any that is free\n`,
    );
    await first.end('SIGTERM');
  });

  test('gives up when an app cannot start, and ends the other', async () => {
    const failing = rollcall(
      ['up', '--registry-port', '0', '--port', '0', '--admin-port', '0', '--data', 'off'],
      {
        GATEWAY_WORKERS: 'many',
      },
    );
    expect(await failing.exited).toBe(1);
    expect(failing.output()).toMatch(/^error: the gateway ended with exit code 2$/m);
    expect(failing.output()).toMatch(/^gateway +│ Bad configuration: GATEWAY_WORKERS/m);
  });

  test('runs over TLS with a token for each, which the other commands take from the same settings', async () => {
    const pair = await createKeyPairFolder();
    const [tokens, gatewayToken] = [join(dir, 'tokens.json'), join(dir, 'gateway.token')];
    const newToken = await run(
      join(dir, 'node_modules/.bin/rollcall'),
      ['token', 'new', 'gateway', '--scope', 'read', 'write:gateway', '--file', tokens],
      { cwd: dir },
    );
    await writeFile(gatewayToken, newToken.stdout);
    const caller = { REGISTRY_CA_FILE: pair.caFile, REGISTRY_TOKEN_FILE: gatewayToken };
    const process = rollcall(
      ['up', '--registry-port', '0', '--port', '0', '--admin-port', '0', '--data', 'off', '-o', 'json'],
      {
        ...caller,
        REGISTRY_AUTH: 'on',
        REGISTRY_TOKENS_FILE: tokens,
        TLS_CERT_FILE: pair.certFile,
        TLS_KEY_FILE: pair.keyFile,
      },
    );
    const { registry_url, gateway_url, gateway_admin_url } = await addressesOf(process);
    for (const url of [registry_url, gateway_url]) expect(url).toMatch(/^https:/);
    const where = { REGISTRY_URL: registry_url, GATEWAY_ADMIN_URL: gateway_admin_url };
    const ending = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
      const command = rollcall(args, { ...where, ...env });
      const code = await command.exited;
      return { code, output: command.output() };
    };

    // Its own instance: it has come through TLS, and with its token.
    expect(await ending(['wait', 'gateway', '--instances', '1'], caller)).toMatchObject({ code: 0 });
    expect(await ending(['doctor'], caller)).toMatchObject({ code: 0 });
    const { REGISTRY_CA_FILE } = caller;
    expect(await ending(['ls'], { REGISTRY_CA_FILE })).toMatchObject({ code: 4 });
    expect(await ending(['ls'], { REGISTRY_TOKEN_FILE: gatewayToken })).toMatchObject({
      code: 5,
      output: expect.stringContaining('REGISTRY_CA_FILE') as string,
    });
    expect(await process.end('SIGINT')).toBe(0);
    await pair.remove();
  });

  test('ends with 6 when an app is not ready in time', async () => {
    const late = up('--data', 'off', '--start-timeout', '1ms');
    expect(await late.exited).toBe(6);
    expect(late.output()).toMatch(/^error: the registry was not ready within 1ms$/m);
  });

  test('runs several processes for one gateway', async () => {
    const process = rollcall(
      ['up', '--registry-port', '0', '--port', '0', '--admin-port', '0', '--data', 'off', '-o', 'json'],
      { GATEWAY_WORKERS: '2' },
    );
    const { gateway_url } = await addressesOf(process);
    expect((await fetch(`${gateway_url}/nothing`)).status).toBe(404);
    const family = processTree(process.pid);
    expect(family.length).toBeGreaterThanOrEqual(5);
    expect(await process.end('SIGINT')).toBe(0);
    await eventually(() => family.filter(isAlive).length === 0);
  });
});
