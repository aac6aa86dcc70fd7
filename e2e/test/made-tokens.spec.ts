import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@rollcall/testing';
import { freePort, localUrl, startApp, type AppName, type AppProcess } from '../src/app-process';
import { json, request } from '../src/expect-answer';

const MAKE_TOKENS = join(__dirname, '../../docker/make-tokens.js');
const makeTokens = (folder: string) => promisify(execFile)(process.execPath, [MAKE_TOKENS, folder]);

describe('the tokens that docker/make-tokens.js makes', () => {
  let folder: string;
  const processes: AppProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-e2e-'));
    await makeTokens(folder);
  });
  afterAll(async () => {
    await Promise.all(processes.map((process) => process.end('SIGKILL')));
    await rm(folder, { recursive: true, force: true });
  });

  async function tokenOf(name: string): Promise<string> {
    return (await readFile(join(folder, name, 'token'), 'utf8')).trim();
  }

  it('let every app do what it has to, the older calls what they are for, and nobody more', async () => {
    const [registryPort, gatewayPort, adminPort] = [await freePort(), await freePort(), await freePort()];
    const registryUrl = localUrl(registryPort);
    const start = async (app: AppName, port: number, env: Record<string, string>, healthPort = port) => {
      const started = startApp({
        app,
        port,
        healthPort,
        env: { DATA_DIR: 'off', REGISTRY_URL: registryUrl, ...env },
      });
      processes.push(started);
      await started.ready();
      return started;
    };
    const withToken = async (app: 'product' | 'order' | 'hello') =>
      start(app, await freePort(), { REGISTRY_TOKEN: await tokenOf(app), DATA_DIR: folder });

    await start('registry', registryPort, { REGISTRY_TOKENS_FILE: join(folder, 'registry/tokens.json') });
    const gateway = await start(
      'gateway',
      gatewayPort,
      { REGISTRY_TOKEN: await tokenOf('gateway'), ADMIN_PORT: String(adminPort), HOLD_TIMEOUT_MS: '200' },
      adminPort,
    );
    await Promise.all([withToken('product'), withToken('order'), withToken('hello')]);
    for (const path of ['/products', '/orders', '/hello'])
      await eventually(async () => (await request(localUrl(gatewayPort) + path)).status === 200);

    const as = async (name: string, body: object) => {
      const init = json('POST', body);
      const headers = { ...init.headers, authorization: `Bearer ${await tokenOf(name)}` };
      return request(`${registryUrl}/register`, { ...init, headers });
    };
    const url = 'http://127.0.0.1:9';
    for (const path of ['/orders', '/', '/products'])
      expect(
        (await as('hello', { service_name: 'hello', url, routes: [{ path_prefix: path }] })).json(),
      ).toMatchObject({ routes: [], refused_routes: [{ path_prefix: path, code: 'not_permitted' }] });

    const older = createServer((_req, res) => res.end('older')).listen(0, '127.0.0.1');
    await once(older, 'listening');
    // Nothing else was asked for than a port.
    const { port } = older.address() as AddressInfo;
    const call = async (path: string, body: string) =>
      request(gateway.url.replace(String(adminPort), String(gatewayPort)) + path, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${await tokenOf('operator')}` },
      });
    expect((await call('/register_service', `greet,localhost:${port}`)).status).toBe(200);
    await eventually(async () => (await request(`${localUrl(gatewayPort)}/greet`)).text === 'older');
    expect((await call('/deregister_service', 'greet')).status).toBe(200);
    await eventually(async () => (await request(`${localUrl(gatewayPort)}/greet`)).status === 404);
    older.close().closeAllConnections();
  });

  it('are kept when they are made again, and given the rights that an older version did not know', async () => {
    const file = join(folder, 'registry/tokens.json');
    const made = JSON.parse(await readFile(file, 'utf8')) as { routes?: unknown; tokens: unknown };
    await writeFile(file, JSON.stringify({ tokens: made.tokens }));
    await makeTokens(folder);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(made);
  });
});
