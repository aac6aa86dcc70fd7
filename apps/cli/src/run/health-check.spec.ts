import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { closedPort, eventually, startThreadedPeer } from '@rollcall/testing';
import { createPrivateAuthority } from '@rollcall/testing/certificates';
import { checkHealth, isConnectedToItself, type HealthCheck } from './health-check';

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
  checkHealth({
    port,
    host: undefined,
    path: undefined,
    secure: false,
    clientPair: () => ({}),
    timeoutMs: 30_000,
    ...given,
  });

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

  it('is not taken to be there when it is our own socket that answers', async () => {
    const port = await closedPort();
    const alone = connect({ host: '127.0.0.1', port, localAddress: '127.0.0.1', localPort: port });
    await once(alone, 'connect');
    expect(isConnectedToItself(alone)).toBe(true);
    alone.destroy();

    const other = connect(await serve((_request, response) => response.end()), '127.0.0.1');
    await once(other, 'connect');
    expect(isConnectedToItself(other)).toBe(false);
    other.destroy();
  });

  it('that takes the connection and says nothing is not, once the time for it is over', async () => {
    const port = await listening(createTcpServer(), '127.0.0.1');
    expect(await check(port, { path: '/', timeoutMs: 50 })).toEqual({
      ok: false,
      why: `/ on port ${port} does not answer within 50 ms`,
    });
    expect(await check(port)).toEqual({ ok: true });
  });

  it('that answers while this process is stalled is well', async () => {
    const program = await startThreadedPeer();
    const checked = check(program.port, { path: '/', timeoutMs: 1000 });
    await eventually(() => program.received().includes('\r\n\r\n'));
    await program.writeDuringStall('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 2000);
    expect(await checked).toEqual({ ok: true });
    await program.stop();
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

describe('a program that speaks TLS', () => {
  it('is well whatever its certificate is for', async () => {
    const authority = await createPrivateAuthority();
    const pair = await authority.issue({ names: ['elsewhere.example'] });
    const port = await listening(createTlsServer(pair, answer), '127.0.0.1');
    expect(await check(port, { path: '/', secure: true })).toEqual({ ok: true });
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'is shown a certificate that it requires, as it is now (%s)',
    async (maxVersion) => {
      const [authority, another] = await Promise.all([createPrivateAuthority(), createPrivateAuthority()]);
      const own = await authority.issue({ names: ['127.0.0.1'] });
      const [good, foreign] = await Promise.all([
        authority.issue({ uses: ['client'] }),
        another.issue({ uses: ['client'] }),
      ]);
      const server = createTlsServer({ ...own, ca: authority.ca, requestCert: true, maxVersion }, answer);
      const asked = { path: '/', secure: true };
      const port = await listening(server, '127.0.0.1');

      expect(await check(port, asked)).toEqual({
        ok: false,
        why: expect.stringMatching(/requires a certificate of its callers: .* --cert-file/),
      });
      expect(await check(port, { ...asked, clientPair: () => foreign })).toMatchObject({ ok: false });
      expect(await check(port, { ...asked, clientPair: () => good })).toEqual({ ok: true });
    },
  );

  it('is not well when it does not, and it is said what to leave out', async () => {
    const port = await serve(answer);
    expect(await check(port, { path: '/', secure: true })).toEqual({
      ok: false,
      why: expect.stringMatching(/does not speak TLS there: leave out --tls/),
    });
  });

  const answer: RequestListener = (_request, response) => response.end();
});
