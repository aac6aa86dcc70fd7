import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { eventually } from '@rollcall/testing';
import { createPrivateAuthority } from '@rollcall/testing/certificates';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../src/index';

const GET = 'GET /whole HTTP/1.1\r\nHost: h\r\n\r\n';
/** Far longer than a spec may take: whatever ends has ended by itself. */
const FOR_EVER_MS = 3_600_000;
const SHORT_CLOCKS = { headersTimeoutMs: 300, requestTimeoutMs: 300 };
const NO_CLOCKS = { headersTimeoutMs: FOR_EVER_MS, requestTimeoutMs: FOR_EVER_MS };

/** Until sockets that were made before are connected: in the next tick. They are accepted in the next turn of the event loop. */
const connecting = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

describe('a server that stops', () => {
  const sockets: Socket[] = [];
  const folders: string[] = [];
  let server: HttpServer;
  const accepted: Socket[] = [];
  let served: string[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    accepted.length = 0;
    await server.stop(0);
    await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
  });

  const handler: RequestListener = (req, res) => {
    served.push(req.url ?? '');
    // What is under way waits for its body, or for the end.
    if (req.url === '/whole') res.end(`<${req.url}>`);
    else if (req.url === '/body') req.resume().once('end', () => res.end('<body>'));
  };
  async function serving(options: Partial<HttpServerOptions>): Promise<number> {
    served = [];
    server = createHttpServer({
      handler,
      host: '127.0.0.1',
      port: 0,
      attach: (inner) =>
        void inner.on(options.tls ? 'secureConnection' : 'connection', (socket: Socket) =>
          accepted.push(socket),
        ),
      ...options,
    });
    return (await server.start()).port;
  }
  function follow(socket: Socket): { closed: Promise<unknown>; received: () => string } {
    let text = '';
    sockets.push(socket);
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1'))).on('error', () => undefined);
    return { closed: once(socket, 'close'), received: () => text };
  }
  /** What makes the server speak TLS, and the authority to trust. */
  async function secured(): Promise<{ options: Pick<HttpServerOptions, 'tls'>; ca: string }> {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-stop-'));
    folders.push(folder);
    const authority = await createPrivateAuthority();
    const { cert, key } = await authority.issue();
    const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
    await Promise.all([writeFile(files.certFile, cert), writeFile(files.keyFile, key)]);
    const ignore = (): void => undefined;
    return {
      options: { tls: { files, onCertificate: ignore, onHandshakeFailure: ignore } },
      ca: authority.ca,
    };
  }
  async function connected(port: number) {
    const socket = connectTcp(port, '127.0.0.1');
    const followed = follow(socket);
    await eventually(() => accepted.length > 0);
    return { socket, ...followed };
  }

  it.each([
    ['half a head', 'GET /half HTTP/1.1\r\nHo'],
    ['an empty line', '\r\n'],
  ])('lets a request that began with %s be late', async (_, sent) => {
    const { socket, closed, received } = await connected(await serving(SHORT_CLOCKS));
    socket.write(sent);
    await eventually(() => accepted[0]?.bytesRead === sent.length);
    await server.stop(FOR_EVER_MS);
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it.each([
    ['half a head behind an answer', `${GET}GET /half HT`, '/whole'],
    ['half a body', 'POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf', '/body'],
    ['half a body, answered', 'POST /whole HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf', '/whole'],
  ])('does not wait for the rest of %s', async (_, sent, path) => {
    const { socket, closed, received } = await connected(await serving(SHORT_CLOCKS));
    socket.write(sent);
    await eventually(() => served.includes(path) && accepted[0]?.bytesRead === sent.length);
    await server.stop(FOR_EVER_MS);
    await closed;
    expect(received()).toContain(path === '/body' ? 'HTTP/1.1 408 ' : 'HTTP/1.1 200 ');
  });

  it('does not wait for the request of who has sent nothing', async () => {
    const { closed, received } = await connected(await serving(NO_CLOCKS));
    await server.stop(FOR_EVER_MS);
    await closed;
    expect(received()).toBe('');
  });

  it('answers the first request of a connection that was made just before', async () => {
    const { socket, closed, received } = await connected(await serving(NO_CLOCKS));
    const stopped = server.stop(FOR_EVER_MS);
    socket.write(GET);
    await stopped;
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n[^]*<\/whole>/i);
  });

  it.each(['HTTP', 'HTTPS'])('answers by %s what has connected and is not accepted yet', async (scheme) => {
    const secure = scheme === 'HTTPS' ? await secured() : undefined;
    const port = await serving({ ...NO_CLOCKS, ...secure?.options });
    const callers = Array.from({ length: 20 }, () => {
      const socket = connectTcp(port, '127.0.0.1');
      const caller = secure ? connectTls({ socket, ca: secure.ca, host: '127.0.0.1' }) : socket;
      caller.write(GET);
      return follow(caller);
    });
    await connecting();

    expect(accepted).toEqual([]);
    await server.stop(FOR_EVER_MS);
    await Promise.all(callers.map(({ closed }) => closed));

    for (const { received } of callers) expect(received()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*<\/whole>/);
  });

  it('finishes an answer for which a connection has waited without a byte of its own', async () => {
    let finish = (): void => undefined;
    const port = await serving({
      ...NO_CLOCKS,
      handler: (_req, res) => (finish = () => void res.end('<late>')),
    });
    const busy = await connected(port);
    busy.socket.write(GET);
    const silent = follow(connectTcp(port, '127.0.0.1'));
    await eventually(() => accepted.length === 2);
    const stopped = server.stop(FOR_EVER_MS);
    await silent.closed;
    finish();
    await Promise.all([stopped, busy.closed]);
    expect(busy.received()).toContain('<late>');
  });

  it.each(['before', 'meanwhile'])(
    'does not wait for the request of who shakes hands %s only',
    async (when) => {
      const { options, ca } = await secured();
      const port = await serving({ ...NO_CLOCKS, ...options });
      const { closed, received } = follow(connectTls({ port, host: '127.0.0.1', ca }));
      if (when === 'before') await eventually(() => accepted.length > 0);
      else await connecting();
      await server.stop(FOR_EVER_MS);
      await closed;
      expect(accepted.length).toBe(1);
      expect(received()).toBe('');
    },
  );
});
