import { connect } from 'node:net';
import type { RequestListener } from 'node:http';
import { eventually } from '@rollcall/testing';
import { createHttpServer, type HttpServer, type HttpServerOptions, type Refusal } from '../src/index';

const GET = 'GET /it HTTP/1.1\r\nHost: h\r\n\r\n';

describe('what a server is sent that is no request', () => {
  const servers: HttpServer[] = [];
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop(0))));

  async function serving(
    handler: RequestListener,
    options: Partial<HttpServerOptions> = {},
  ): Promise<number> {
    const server = createHttpServer({ handler, host: '127.0.0.1', port: 0, ...options });
    servers.push(server);
    return (await server.start()).port;
  }
  /** Everything that comes back for these bytes until the server closes. */
  function answerTo(port: number, bytes: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
      socket.once('error', reject).once('end', () => resolve(text));
    });
  }

  it('is answered as problem+json, told of, and ends the connection', async () => {
    const refusals: Refusal[] = [];
    const port = await serving(() => undefined, { onRefused: (refusal) => refusals.push(refusal) });
    const seen = await answerTo(port, 'garbage\r\n\r\n');
    expect(seen).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\n[^]*application\/problem\+json[^]*Connection: close\r\n/,
    );
    expect(refusals).toMatchObject([{ error: { code: 'BAD_REQUEST', status: 400 }, peer: '127.0.0.1' }]);
    expect(seen).toContain(`"request_id":"${refusals[0]?.requestId}"`);
  });

  it('is answered after what was asked before, which goes out whole', async () => {
    let finish: (() => void) | undefined;
    const port = await serving((_req, res) => {
      finish = () => void res.end('whole');
    });
    const answer = answerTo(port, `${GET}garbage\r\n\r\n`);
    (await eventually(() => finish))();
    expect(await answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*wholeHTTP\/1\.1 400 Bad Request\r\n/);
  });

  it('in the middle of a body ends the request that it belongs to', async () => {
    const port = await serving((req) => void req.resume());
    const body = 'POST /it HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n';
    expect(await answerTo(port, body)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*problem\+json/);
  });

  it('behind it is never served, nor is what waited and turns out to be none', async () => {
    const served: (string | undefined)[] = [];
    const port = await serving((req, res) => {
      served.push(req.url);
      res.setHeader('Connection', 'close').end('last');
    });
    const broken = 'POST /broken HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n';
    expect(await answerTo(port, GET + GET.replace('/it', '/unheard') + broken)).toMatch(/last$/);
    expect(served).toEqual(['/it']);
  });

  const line = (requestLine: string): string => `${requestLine}\r\nHost: h\r\n\r\n`;
  it.each([
    ['an unknown method', line('LIST /it HTTP/1.1'), 501, 'METHOD_NOT_IMPLEMENTED'],
    ['another one', line('FOO /it HTTP/1.1'), 501, 'METHOD_NOT_IMPLEMENTED'],
    ['one that begins like a known one', line('GETALL /it HTTP/1.1'), 501, 'METHOD_NOT_IMPLEMENTED'],
    ['one in lower case', line('get /it HTTP/1.1'), 501, 'METHOD_NOT_IMPLEMENTED'],
    [
      'one with every character of a token',
      line("X!#$%&'*+-.^_`|~9 /it HTTP/1.1"),
      501,
      'METHOD_NOT_IMPLEMENTED',
    ],
    ['one of RTSP', line('DESCRIBE /it HTTP/1.1'), 501, 'METHOD_NOT_IMPLEMENTED'],
    ['CONNECT', line('CONNECT h:80 HTTP/1.1'), 501, 'METHOD_NOT_IMPLEMENTED'],
    ['an unknown method behind a request', GET + line('LIST /it HTTP/1.1'), 501, 'METHOD_NOT_IMPLEMENTED'],
    ['HTTP/1.2', line('GET /it HTTP/1.2'), 505, 'HTTP_VERSION_NOT_SUPPORTED'],
    ['HTTP/2.0', line('GET /it HTTP/2.0'), 505, 'HTTP_VERSION_NOT_SUPPORTED'],
    ['HTTP/3.0', line('GET /it HTTP/3.0'), 505, 'HTTP_VERSION_NOT_SUPPORTED'],
    ['HTTP/0.9', line('GET /it HTTP/0.9'), 505, 'HTTP_VERSION_NOT_SUPPORTED'],
    ['HTTP/0.9 in its own form', 'GET /it\r\n\r\n', 505, 'HTTP_VERSION_NOT_SUPPORTED'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505, 'HTTP_VERSION_NOT_SUPPORTED'],
    ['a second Host', 'GET /it HTTP/1.1\r\nHost: h\r\nhost: other\r\n\r\n', 400, 'BAD_REQUEST'],
    ['a Host with a path', 'GET /it HTTP/1.1\r\nHost: h/path\r\n\r\n', 400, 'BAD_REQUEST'],
    ['a Host with userinfo', 'GET /it HTTP/1.1\r\nHost: u@h\r\n\r\n', 400, 'BAD_REQUEST'],
    ['a Host with a space', 'GET /it HTTP/1.1\r\nHost: h h\r\n\r\n', 400, 'BAD_REQUEST'],
    [
      'an unknown transfer coding',
      'POST /it HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: nonsense\r\n\r\nbody',
      400,
      'BAD_REQUEST',
    ],
    [
      'a transfer coding in HTTP/1.0',
      'POST /it HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'BAD_REQUEST',
    ],
    ['no version', line('GET /it HTTP/1.x'), 400, 'BAD_REQUEST'],
    ['a version of two digits', line('GET /it HTTP/1.10'), 400, 'BAD_REQUEST'],
    ['a method that is no token', line('GE(T /it HTTP/1.1'), 400, 'BAD_REQUEST'],
    ['a line of another protocol', line('PROXY TCP4 1.2.3.4 5.6.7.8 1 2'), 400, 'BAD_REQUEST'],
  ])('%s is refused by what it is', async (_, bytes, status, code) => {
    const port = await serving((_req, res) => res.end('served'));
    const seen = await answerTo(port, bytes);
    const answer = seen.slice(seen.lastIndexOf(`HTTP/1.1 ${status}`));
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*Connection: close\r\n`));
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
      status,
      code,
      request_id: expect.any(String),
    });
    expect(seen.includes('served')).toBe(bytes.startsWith(GET));
  });

  it.each(['h', 'h:8080', 'h_1.example.', '127.0.0.1:80', '[::1]:80', '', 'a,b'])(
    'is nothing that names %j as the host',
    async (host) => {
      const port = await serving((_req, res) => res.end('served'));
      const request = `GET /it HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
      expect(await answerTo(port, request)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*served/);
    },
  );

  it('names the method that it does not know, also when it comes in pieces', async () => {
    const port = await serving((_req, res) => res.end('served'));
    expect(await answerTo(port, line('LIST /it HTTP/1.1'))).toContain('the method LIST');
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    for (const byte of line('LIST /it HTTP/1.1')) {
      if (!socket.writable) break;
      await new Promise((resolve) => socket.write(byte, resolve));
    }
    await eventually(() => socket.readableEnded);
    expect(text).toMatch(/^HTTP\/1\.1 501 /);
  });

  it.each([
    ['in its length', 'Content-Length: 1000\r\n\r\n', 'x'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n', '1\r\nx\r\n'],
    ['in its header fields', '', 'X-More: y\r\n'],
  ])('is 408 when it comes too slowly: %s', async (_what, rest, piece) => {
    const port = await serving(
      (req, res) => {
        req.resume();
        req.once('error', () => undefined).once('end', () => res.end('served'));
      },
      { requestTimeoutMs: 300, headersTimeoutMs: 300 },
    );
    const socket = connect(port, '127.0.0.1');
    let text = '';
    let closed = false;
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('error', () => undefined).once('close', () => (closed = true));
    socket.write(`POST /it HTTP/1.1\r\nHost: h\r\n${rest}`);
    // Never silent for long: it is the whole that takes too long.
    await eventually(() => {
      if (socket.writable) socket.write(piece);
      return closed;
    });
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(text).not.toContain('served');
  });

  it('is one connection too many: it is closed unread', async () => {
    let away = 0;
    const port = await serving((_req, res) => res.end(), {
      maxConnections: 1,
      onRejected: () => (away += 1),
    });
    const first = connect(port, '127.0.0.1');
    await new Promise((resolve) => first.once('connect', resolve));
    await expect(answerTo(port, GET).catch(() => '')).resolves.toBe('');
    expect(away).toBe(1);
    first.destroy();
  });
});
