import { eventually } from '@rollcall/testing';
import { openRawConnection } from '../support/raw-request';
import { startGateway, type RunningGateway } from '../support/start-gateway';
import { startUpstream, type RunningUpstream } from '../support/start-upstream';

describe('HTTP between a caller and an instance', () => {
  let running: RunningGateway;
  let upstream: RunningUpstream;

  beforeAll(async () => {
    running = await startGateway({ TRUSTED_PROXIES: '127.0.0.1' });
    upstream = await startUpstream((req, res) => {
      const { pathname } = new URL(req.url ?? '/', 'http://h');
      if (pathname === '/p/teapot')
        return res.writeHead(418, 'Short And Stout', { 'Content-Length': 0 }).end();
      res.setHeader('Content-Length', 12);
      return res.end('twelve bytes');
    });
    running.registry.list({
      service_name: 'p',
      url: upstream.url,
      routes: [{ path_prefix: '/p' }, { path_prefix: '/read', methods: ['GET'] }],
    });
    await eventually(async () => (await fetch(`${running.url}/p`)).status === 200);
  });
  afterAll(() => Promise.all([running.stop(), upstream.stop()]));

  /** Sends bytes, and answers what came back once `end` is in it or the connection is closed. */
  async function exchange(bytes: string, end = '\r\n\r\n'): Promise<string> {
    const connection = await openRawConnection(running.port);
    connection.socket.write(bytes);
    await Promise.race([connection.closed, eventually(() => connection.received().includes(end))]);
    connection.socket.destroy();
    return connection.received();
  }
  const lastRequest = () => upstream.requests.at(-1);

  it('keeps status text', async () => {
    expect(await exchange('GET /p/teapot HTTP/1.1\r\nHost: h\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 418 Short And Stout\r\n/,
    );
  });

  it('tells the instance who asked, by what path, in which trace', async () => {
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await fetch(`${running.url}/p`, {
      headers: { 'X-Forwarded-For': '198.51.100.7', traceparent: trace, 'X-Request-Id': 'mine' },
    });
    expect(lastRequest()?.headers).toMatchObject({
      'x-forwarded-for': '198.51.100.7, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `127.0.0.1:${running.port}`,
      'x-request-id': 'mine',
      via: expect.stringMatching(/^1\.1 rollcall-/),
      traceparent: expect.stringMatching(
        /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/,
      ),
    });
  });

  it('answers with the id under which the log has the request', async () => {
    expect(
      (await fetch(`${running.url}/p`, { headers: { 'X-Request-Id': 'mine' } })).headers.get('x-request-id'),
    ).toBe('mine');
    expect((await fetch(`${running.url}/nowhere`)).headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('names the methods of a path', async () => {
    const response = await fetch(`${running.url}/read`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('stops a request that has passed before', async () => {
    await fetch(`${running.url}/p`);
    const via = String(lastRequest()?.headers.via);
    const response = await fetch(`${running.url}/p`, { headers: { Via: via } });
    expect(response.status).toBe(508);
  });
});
