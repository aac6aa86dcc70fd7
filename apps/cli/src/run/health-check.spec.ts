import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { closedPort } from '@rollcall/testing';
import { checkHealth, type HealthCheck } from './health-check';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server, host: string): Promise<number> {
  servers.push(server);
  server.listen(0, host);
  await once(server, 'listening');
  // A TCP server has such an address.
  return (server.address() as AddressInfo).port;
}

const serve = (answer: RequestListener, host = '127.0.0.1') => listening(createServer(answer), host);
const check = (port: number, given: Partial<HealthCheck> = {}) =>
  checkHealth({ port, host: undefined, path: undefined, secure: false, timeoutMs: 30_000, ...given });

describe('a program', () => {
  it.each([200, 204, 302, 404, 499])('that answers %i is well', async (status) => {
    const port = await serve((_request, response) => response.writeHead(status).end());
    expect(await check(port, { path: '/healthz' })).toEqual({ ok: true });
  });

  it.each([500, 503])('that answers %i is not, and it is said why', async (status) => {
    const port = await serve((_request, response) => response.writeHead(status).end());
    expect(await check(port, { path: '/healthz' })).toEqual({
      ok: false,
      why: `/healthz answers ${status}`,
    });
  });

  it('is asked for its path, and as itself', async () => {
    const seen: string[] = [];
    const port = await serve((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.host}`);
      response.end();
    });
    await check(port, { path: '/a?b=c' });
    expect(seen).toEqual([`GET /a?b=c localhost:${port}`]);
  });

  it.each([undefined, '/'])('that does not listen is not (path %s)', async (path) => {
    const port = await closedPort();
    expect(await check(port, { path })).toMatchObject({
      ok: false,
      why: expect.stringMatching(/ECONNREFUSED/),
    });
  });

  it('that takes the connection and says nothing is not, once the time for it is over', async () => {
    const port = await listening(createTcpServer(), '127.0.0.1');
    expect(await check(port, { path: '/', timeoutMs: 50 })).toEqual({
      ok: false,
      why: `/ on port ${port} does not answer within 50 ms`,
    });
    expect(await check(port)).toEqual({ ok: true });
  });

  it('that does not speak HTTP is not', async () => {
    const port = await listening(
      createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')),
      '127.0.0.1',
    );
    expect(await check(port, { path: '/' })).toMatchObject({ ok: false });
  });

  it('that listens on IPv6 alone is found', async () => {
    const server = createServer((_request, response) => response.end());
    const port = await listening(server, '::1').catch(() => undefined);
    // A machine without IPv6 has no such program.
    if (port === undefined) return;
    expect(await check(port, { path: '/' })).toEqual({ ok: true });
    expect(await check(port)).toEqual({ ok: true });
  });

  it('that listens on one address is asked there', async () => {
    const port = await serve((_request, response) => response.end(), '127.0.0.2').catch(() => undefined);
    if (port === undefined) return;
    expect(await check(port, { host: '127.0.0.2', path: '/' })).toEqual({ ok: true });
    expect(await check(port)).toMatchObject({ ok: false });
  });
});
