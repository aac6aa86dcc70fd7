import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { eventually } from '@rollcall/testing';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../src/index';

const H2C = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n';
const TLS = 'Upgrade: TLS/1.2\r\nConnection: Upgrade\r\n';
const SOCKET = 'Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n';
const OFFERS = [
  ['h2c', H2C],
  ['TLS/1.2', TLS],
  ['websocket', SOCKET],
  ['several', 'Connection: upgrade\r\nUpgrade: foo/2, bar\r\nUpgrade: baz\r\n'],
];

const get = (path: string, offer = ''): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n${offer}\r\n`;
const post = (path: string, body: string, offer = ''): string =>
  `POST ${path} HTTP/1.1\r\nHost: h\r\n${offer}Content-Length: ${body.length}\r\n\r\n${body}`;
const chunked = (path: string, body: string, offer = ''): string =>
  `POST ${path} HTTP/1.1\r\nHost: h\r\n${offer}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

/** Answers with what it has got. */
const echo: RequestListener = (req, res) => {
  let body = '';
  req.setEncoding('latin1').on('data', (text: string) => (body += text));
  req.once('end', () => res.end(`<${req.method} ${req.url} ${body}>`));
};

describe('an offer to switch protocols that nobody takes', () => {
  const servers: HttpServer[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await Promise.all(servers.splice(0).map((server) => server.stop(0)));
  });

  async function serving(
    handler: RequestListener = echo,
    options: Partial<HttpServerOptions> = {},
  ): Promise<number> {
    const server = createHttpServer({ handler, host: '127.0.0.1', port: 0, ...options });
    servers.push(server);
    return (await server.start()).port;
  }
  function open(port: number): { socket: Socket; received: () => string; answered: () => string[] } {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1'))).on('error', () => undefined);
    return { socket, received: () => text, answered: () => text.match(/<[^>]*>/g) ?? [] };
  }

  it.each(OFFERS)('leaves the request its body and its connection (%s)', async (_, offer) => {
    const { socket, answered, received } = open(await serving());
    for (const [index, request] of [
      get('/get', offer),
      post('/post', 'hello', offer),
      chunked('/chunked', 'hello', offer),
      get('/plain'),
    ].entries()) {
      socket.write(request);
      await eventually(() => answered().length === index + 1);
    }
    expect(answered()).toEqual([
      '<GET /get >',
      '<POST /post hello>',
      '<POST /chunked hello>',
      '<GET /plain >',
    ]);
    expect(received()).not.toMatch(/connection: close|101 Switching/i);
  });

  it.each(OFFERS)('takes nothing from what comes behind it in the same packet (%s)', async (_, offer) => {
    const { socket, answered } = open(await serving());
    const requests = ['/1', '/2', '/3', '/4'].flatMap((path) => [
      get(path, offer),
      post(path, 'hello', offer),
      get(`${path}/plain`),
    ]);
    socket.write(requests.join(''));
    await eventually(() => answered().length === requests.length);
    expect(answered()).toEqual(
      ['/1', '/2', '/3', '/4'].flatMap((path) => [
        `<GET ${path} >`,
        `<POST ${path} hello>`,
        `<GET ${path}/plain >`,
      ]),
    );
  });

  it('waits, as every request does, for the answers before it, however long those are', async () => {
    const long = 'x'.repeat(8 * 1024 * 1024);
    let finish: (() => void) | undefined;
    const port = await serving((req, res) => {
      if (req.url !== '/long') return echo(req, res);
      finish = () => {
        res.write(`<${long}`);
        // Only whoever hears that there is room goes on.
        res.once('drain', () => res.end('>'));
      };
    });
    const { socket, answered } = open(port);
    socket.write(get('/long') + post('/offered', 'hello', H2C) + get('/behind'));
    (await eventually(() => finish))();
    await eventually(() => answered().length === 3);
    expect(answered().slice(1)).toEqual(['<POST /offered hello>', '<GET /behind >']);
  });

  it('is none behind an answer that ends the connection', async () => {
    const served: (string | undefined)[] = [];
    const port = await serving((req, res) => {
      served.push(req.url);
      res.setHeader('Connection', 'close').end('<last>');
    });
    const { socket, answered } = open(port);
    socket.write(get('/last') + get('/unheard', H2C));
    await once(socket, 'close');
    expect(answered()).toEqual(['<last>']);
    expect(served).toEqual(['/last']);
  });

  it('may come with an expectation, which is met', async () => {
    const { socket, answered, received } = open(await serving());
    socket.write(`POST /it HTTP/1.1\r\nHost: h\r\n${H2C}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`);
    await eventually(() => received().startsWith('HTTP/1.1 100 Continue\r\n\r\n'));
    socket.write('hello');
    await eventually(() => answered().length === 1);
    expect(answered()).toEqual(['<POST /it hello>']);
  });

  it('may come from a caller that closes its half behind it', async () => {
    const port = await serving();
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    sockets.push(socket);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.end(post('/it', 'hello', TLS));
    await once(socket, 'close');
    expect(text).toContain('<POST /it hello>');
  });

  it('keeps no server from its end, while it waits', async () => {
    let begun = false;
    const port = await serving(() => (begun = true));
    const { socket } = open(port);
    socket.write(get('/silent') + get('/offered', H2C));
    await eventually(() => begun);
    await Promise.all([once(socket, 'close'), servers[0]?.stop(0)]);
  });

  it('changes nothing of any request, in whatever pieces it comes', async () => {
    const seen: { url: string | undefined; headers: string[]; body: string }[] = [];
    const port = await serving((req: IncomingMessage, res) => {
      let body = '';
      req.setEncoding('latin1').on('data', (text: string) => (body += text));
      req.once('end', () => {
        seen.push({ url: req.url, headers: req.rawHeaders, body });
        res.end(`<${seen.length}>`);
      });
    });
    const value = fc
      .array(fc.integer({ min: 0x21, max: 0xff }).filter((code) => code !== 0x7f))
      .map((codes) => String.fromCharCode(...codes));
    const name = fc.stringMatching(/^[A-Za-z]{1,9}$/).map((text) => `X-${text}`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(name, value), { maxLength: 5 }),
        fc.string({ unit: 'binary-ascii', maxLength: 300 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 400 }),
        async (fields, body, inChunks, cut) => {
          const { socket, answered } = open(port);
          const lines = fields.map(([field, text]) => `${field}: ${text}\r\n`).join('');
          const framed = inChunks && body !== '' ? chunked : post;
          const bytes = framed('/it', body, lines) + framed('/it', body, lines + TLS);
          seen.length = 0;
          socket.write(bytes.slice(0, -cut), 'latin1');
          setImmediate(() => socket.write(bytes.slice(-cut), 'latin1'));
          await eventually(() => answered().length === 2, { everyMs: 1 });
          socket.destroy();
          const [plain, offered] = seen;
          expect(plain?.body).toBe(body);
          expect(offered).toEqual({
            ...plain,
            headers: withConnection(plain?.headers ?? [], offered?.headers),
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  /** The same fields, and that of the connection, which says what is on offer. */
  function withConnection(plain: string[], offered: string[] = []): string[] {
    const at = offered.indexOf('Connection');
    return at === -1 ? plain : [...plain.slice(0, at), 'Connection', 'Upgrade', ...plain.slice(at)];
  }

  it('is handed over where the app takes it, with all that came behind it', async () => {
    let taken: { url: string | undefined; head: string } | undefined;
    const port = await serving(echo, {
      upgrades: {
        takes: ({ headers }) => headers.upgrade === 'websocket',
        handle(req, socket, head) {
          taken = { url: req.url, head: head.toString() };
          socket.end('<taken>');
        },
      },
    });
    const { socket, answered } = open(port);
    socket.write(get('/before') + get('/left', TLS) + get('/taken', SOCKET) + 'early');
    await eventually(() => answered().length === 3);
    expect(answered()).toEqual(['<GET /before >', '<GET /left >', '<taken>']);
    expect(taken).toEqual({ url: '/taken', head: 'early' });
  });
});
