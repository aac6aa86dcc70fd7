import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExplainResponse, RegisterResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { freePort, localUrl, startApp, type AppProcess } from '../src/app-process';
import { expectAnswer, json, request } from '../src/expect-answer';

/** Everything that a thief may announce to get at b's requests, all of them or some. */
const THEFTS = [
  { path_prefix: '/b' },
  { path_prefix: '/b/accounts', methods: ['GET'] },
  { path_prefix: '/' },
  { path_prefix: '/', host: '127.0.0.1' },
  { path_prefix: '/b', host: '127.0.0.1' },
];

describe('a service that wants the requests of another', () => {
  const processes: AppProcess[] = [];
  const servers: Server[] = [];
  let dataDir: string;
  let registryPort: number;
  let registryUrl: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rollcall-e2e-'));
    registryPort = await freePort();
    registryUrl = localUrl(registryPort);
    await startRegistry();
  });

  afterAll(async () => {
    await Promise.all(processes.map((process) => process.end('SIGKILL')));
    for (const server of servers) server.close().closeAllConnections();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(options: Parameters<typeof startApp>[0]): Promise<AppProcess> {
    const started = startApp(options);
    processes.push(started);
    await started.ready();
    return started;
  }

  const startRegistry = () =>
    start({ app: 'registry', port: registryPort, env: { DATA_DIR: dataDir, REGISTRY_AUTH: 'off' } });

  async function startGateway(): Promise<AppProcess> {
    const [port, adminPort] = [await freePort(), await freePort()];
    const env = {
      DATA_DIR: 'off',
      REGISTRY_URL: registryUrl,
      ADMIN_PORT: String(adminPort),
      HOLD_TIMEOUT_MS: '200',
    };
    return start({ app: 'gateway', port, env, healthPort: adminPort });
  }

  /** An instance that answers with its own id. */
  async function enter(service: string, id: string, routes: readonly object[]): Promise<RegisterResponse> {
    const server = createServer((_req, res) => res.end(id)).listen(0, '127.0.0.1');
    servers.push(server);
    await eventually(() => server.listening);
    // Nothing else was asked for than a port.
    const { port } = server.address() as AddressInfo;
    const registration = { service_name: service, instance_id: id, url: localUrl(port), routes };
    return (await expectAnswer(
      `${registryUrl}/register`,
      201,
      json('POST', { ...registration, ttl_seconds: 86_400 }),
    )) as RegisterResponse;
  }
  const leave = (id: string) =>
    expectAnswer(`${registryUrl}/deregister`, 204, json('POST', { instance_id: id }));
  const beat = (id: string) =>
    expectAnswer(`${registryUrl}/heartbeat`, 200, json('POST', { instance_id: id }));

  const answersOf = (gateways: readonly AppProcess[]) =>
    Promise.all(
      gateways.flatMap(({ url }) =>
        ['/b', '/b/accounts/1'].map(async (path) => {
          const { status, text } = await request(url + path);
          return status === 200 ? text : status;
        }),
      ),
    );

  it('has none of them: through an upgrade, restarts of registry and gateway, and at gateways of any age', async () => {
    const first = await startGateway();
    await enter('b', 'b-1', [{ path_prefix: '/b' }]);
    const thief = await enter('a', 'a-1', THEFTS);
    expect(thief.routes).toEqual([]);
    expect(thief.warnings).toHaveLength(THEFTS.length);
    await eventually(async () => (await answersOf([first])).every((answer) => answer === 'b-1'));

    // A rolling upgrade: the older instance, whose age was once all that counted, goes.
    await enter('b', 'b-2', [{ path_prefix: '/b' }]);
    await leave('b-1');
    await beat('a-1');
    const second = await startGateway();
    await eventually(async () => (await answersOf([first, second])).every((answer) => answer === 'b-2'));

    const [registry] = processes;
    await registry?.end('SIGKILL');
    await startRegistry();
    await beat('a-1');
    await enter('a', 'a-2', THEFTS);
    await first.end('SIGTERM');
    const third = await startGateway();
    await eventually(async () => (await answersOf([second, third])).every((answer) => answer === 'b-2'));

    // All of b is away: requests wait for it, also where b has never been seen.
    await leave('b-2');
    const fourth = await startGateway();
    await eventually(async () =>
      (await answersOf([second, third, fourth])).every((answer) => answer === 503),
    );
    await beat('a-2');
    expect(await answersOf([second, third, fourth])).toEqual(Array<number>(6).fill(503));
    const { claims } = (await expectAnswer(`${registryUrl}/explain/b`, 200)) as ExplainResponse;
    expect(claims).toMatchObject([{ path_prefix: '/b', unannounced_since: expect.any(Number) as number }]);

    await enter('b', 'b-3', [{ path_prefix: '/b' }]);
    await eventually(async () =>
      (await answersOf([second, third, fourth])).every((answer) => answer === 'b-3'),
    );
  });
});
