import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Instance } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { freePort, localUrl, startApp, type AppProcess } from '../src/app-process';
import { expectAnswer, json, request } from '../src/expect-answer';
import { isAlive, processTree } from '../src/process-tree';

const WORKERS = 2;
const NODE_ARGS = ['-r', require.resolve('../src/minute-on-signal.js')];

describe('what a worker of a gateway had counted before it died', () => {
  const apps: AppProcess[] = [];
  let instance: Server;
  let registry: AppProcess;
  let gateway: AppProcess;

  beforeAll(async () => {
    instance = createServer((_req, res) => void res.end('ok')).listen(0, '127.0.0.1');
    await once(instance, 'listening');
    const settings = { DATA_DIR: 'off', LOG_LEVEL: 'warn', REGISTRY_AUTH: 'off' };
    registry = startApp({
      app: 'registry',
      port: await freePort(),
      env: { ...settings, ROUTE_MEMORY_MS: '0' },
    });
    apps.push(registry);
    await registry.ready();
    const adminPort = await freePort();
    gateway = startApp({
      app: 'gateway',
      port: await freePort(),
      healthPort: adminPort,
      env: {
        ...settings,
        ADMIN_PORT: String(adminPort),
        REGISTRY_URL: registry.url,
        GATEWAY_WORKERS: String(WORKERS),
      },
      nodeArgs: NODE_ARGS,
    });
    apps.push(gateway);
    await gateway.ready();
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.end('SIGKILL')));
    instance.closeAllConnections();
    instance.close();
  });

  async function register(service: string): Promise<Instance> {
    const url = localUrl((instance.address() as AddressInfo).port);
    const registration = {
      service_name: service,
      url,
      routes: [{ path_prefix: `/${service}` }],
      ttl_seconds: 3600,
    };
    return (await expectAnswer(`${registry.url}/register`, 201, json('POST', registration))) as Instance;
  }
  const workers = () => processTree(gateway.pid).filter((pid) => pid !== gateway.pid);

  /** One request over a connection of its own. @returns the name of the worker that passed it on, once it was answered 200 */
  async function askOnce(path: string): Promise<string | undefined> {
    const [answer] = (await once(get(gateway.url + path, { agent: false }), 'response')) as [IncomingMessage];
    await answer.toArray();
    return answer.statusCode === 200 ? answer.headers.via : undefined;
  }
  async function askEachWorker(path: string): Promise<void> {
    const asked = new Set<string>();
    await eventually(async () => {
      const worker = await askOnce(path);
      if (worker !== undefined) asked.add(worker);
      return asked.size === WORKERS;
    });
  }

  /** Of every service, its attempts by all workers. */
  async function attempts(): Promise<Readonly<Record<string, number>>> {
    const { text } = await request(`${gateway.healthUrl}/metrics`);
    const counted = text.matchAll(
      /^rollcall_gateway_attempts_total\{.*upstream_service="([^"]+)".*\} (\d+)$/gm,
    );
    const sums = new Map<string, number>();
    for (const [, service = '', count] of counted)
      sums.set(service, (sums.get(service) ?? 0) + Number(count));
    return Object.fromEntries(sums);
  }

  async function aMinuteOn(): Promise<void> {
    const said = () => gateway.output().match(/^a minute on$/gm)?.length ?? 0;
    const pids = processTree(gateway.pid);
    const before = said();
    for (const pid of pids) process.kill(pid, 'SIGUSR2');
    await eventually(() => said() === before + pids.length, { timeoutMs: 30_000 });
  }

  it('goes on counting, and is forgotten with a service that is gone', async () => {
    await register('stays');
    const { instance_id } = await register('goes');
    for (const path of ['/stays', '/goes']) await askEachWorker(path);
    const counted = await attempts();
    expect(Object.keys(counted).sort()).toEqual(['goes', 'stays']);

    const [victim] = workers();
    if (victim === undefined) throw new Error('there is no worker');
    process.kill(victim, 'SIGKILL');
    await eventually(() => !isAlive(victim) && workers().length === WORKERS, { timeoutMs: 30_000 });
    // The one in its place listens, and knows what there is.
    await askEachWorker('/stays');
    const after = await attempts();
    expect(after['goes']).toBe(counted['goes']);
    expect(after['stays']).toBeGreaterThan(counted['stays'] ?? 0);

    await expectAnswer(`${registry.url}/deregister`, 204, json('POST', { instance_id }));
    await eventually(
      async () => {
        await aMinuteOn();
        return !('goes' in (await attempts()));
      },
      { timeoutMs: 60_000 },
    );
    expect(await attempts()).toEqual({ stays: after['stays'] });
    expect((await request(`${gateway.healthUrl}/metrics`)).text).not.toMatch(/"\/?goes"/);
  });
});
