import {
  closedPort,
  eventually,
  startHangingServer,
  startRawServer,
  startResettingServer,
  type SocketServer,
  timeScale,
} from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

describe('instances that fail', () => {
  let running: RunningGateway;
  const open: { close(): Promise<unknown> }[] = [];
  const list = (url: string) =>
    running.registry.list({ service_name: 'flaky', url, routes: [{ path_prefix: '/flaky' }] });

  beforeAll(async () => {
    // Too short for who never answers, and enough for the others on a busy machine.
    running = await startGateway({ HEADERS_TIMEOUT_MS: String(200 * timeScale), HOLD_TIMEOUT_MS: '100' });
  });
  afterAll(() => running.stop());
  afterEach(async () => {
    for (const instance of running.registry.instances('flaky')) running.registry.forget(instance.instance_id);
    await Promise.all(open.splice(0).map((one) => one.close()));
    await eventually(async () => (await running.upstreamCount()) === 0);
  });

  async function listed(...servers: (SocketServer | RunningUpstream)[]): Promise<void> {
    for (const server of servers) {
      list(server.url);
      open.push('close' in server ? server : { close: () => server.stop() });
    }
    await eventually(async () => (await running.upstreamCount()) === servers.length);
  }
  const request = (method = 'GET') => fetch(`${running.url}/flaky`, { method });
  const answered = async (response: Response) => [
    response.status,
    ((await response.json()) as { code: string }).code,
    response.headers.get('proxy-status'),
  ];

  it.each([
    [
      'refuses',
      async () => list(`http://127.0.0.1:${await closedPort()}`),
      502,
      'UPSTREAM_REFUSED',
      'connection_refused',
    ],
    [
      'has a name that does not resolve',
      () => list('http://nowhere.invalid:80'),
      502,
      'UPSTREAM_UNREACHABLE',
      'destination_unavailable',
    ],
    [
      'resets',
      async () => listed(await startResettingServer()),
      502,
      'UPSTREAM_RESET',
      'connection_terminated',
    ],
    [
      'speaks no HTTP',
      async () => listed(await startRawServer('SSH-2.0-OpenSSH\r\n')),
      502,
      'UPSTREAM_BAD_RESPONSE',
      'http_protocol_error',
    ],
    [
      'answers with a head without end',
      async () => listed(await startRawServer(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`)),
      502,
      'UPSTREAM_BAD_RESPONSE',
      'http_protocol_error',
    ],
    [
      'never answers',
      async () => listed(await startHangingServer()),
      504,
      'UPSTREAM_TIMEOUT',
      'connection_read_timeout',
    ],
  ])('the only one %s', async (_, fail, status, code, proxyError) => {
    await fail();
    await eventually(async () => (await running.upstreamCount()) === 1);
    expect(await answered(await request())).toEqual([status, code, `rollcall; error=${proxyError}`]);
  });

  it('a GET that was reset is answered by another', async () => {
    await listed(await startResettingServer(), await startUpstream());
    const statuses = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await request()).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200]);
  });

  it('a POST that was reset is not repeated', async () => {
    const upstream = await startUpstream();
    await listed(await startResettingServer(), upstream);
    const statuses = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await request('POST')).status);
    expect(statuses.filter((status) => status === 502).length).toBe(3);
    expect(upstream.requests.length).toBe(3);
  });

  it('an idempotent request with a body that was taken is not repeated either', async () => {
    const resetting = await startResettingServer();
    await listed(resetting);
    const response = await fetch(`${running.url}/flaky`, { method: 'PUT', body: 'x' });
    expect(response.status).toBe(502);
    expect(resetting.connections).toBe(1);
  });

  it('an answer that breaks off is cut for the caller too', async () => {
    await listed(
      await startUpstream((_req, res) => {
        res.writeHead(200, { 'Content-Length': 1000 });
        res.write('only this', () => res.destroy());
      }),
    );
    const response = await request();
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it('a kept connection that the instance closed meanwhile is replaced by a fresh one', async () => {
    let served = 0;
    // Answers once a connection, then drops it as the second request arrives, as a server whose idle time is over does.
    const upstream = await startUpstream((req, res) => {
      served += 1;
      if (served === 2) req.socket.resetAndDestroy();
      else res.end('ok');
    });
    await listed(upstream);
    expect((await request()).status).toBe(200);
    expect((await request()).status).toBe(200);
    expect(served).toBe(3);
  });

  it('an instance that comes back is used again', async () => {
    const port = await closedPort();
    list(`http://127.0.0.1:${port}`);
    await eventually(async () => (await running.upstreamCount()) === 1);
    expect((await request()).status).toBe(502);
    const upstream = await startUpstream(undefined, { port });
    open.push({ close: () => upstream.stop() });
    // The only one: it is worth a try although it has refused a moment ago.
    expect((await request()).status).toBe(200);
  });
});
