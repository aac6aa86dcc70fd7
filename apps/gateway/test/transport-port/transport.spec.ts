import { createServer as createHttp1Server, type RequestListener } from 'node:http';
import {
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { closedPort, eventually } from '@rollcall/testing';
import { headerListOf } from '../../src/headers/header-list';
import type { BodySink, Connections, OutgoingBody, OutgoingRequest } from '../../src/ports/transport';
import { bodyOf, sendOn, type Sent } from './send-attempt';
import { http1To, http2To, type TransportSettings } from './start-transport';

interface Kind {
  readonly name: string;
  readonly serve: (listener: RequestListener) => Server;
  readonly to: (origin: string, settings?: TransportSettings) => Connections;
}

const KINDS: readonly Kind[] = [
  { name: 'HTTP/1.1', serve: (listener) => createHttp1Server(listener), to: http1To },
  {
    name: 'HTTP/2',
    serve: (listener) =>
      // What both servers' requests and answers have in common is all that the listener uses.
      createHttp2Server((req: Http2ServerRequest, res: Http2ServerResponse) =>
        listener(...([req, res] as unknown as Parameters<RequestListener>)),
      ),
    to: http2To,
  },
];

/** What every transport keeps of its port's promises. */
describe.each(KINDS)('connections to an instance over $name', ({ serve, to }) => {
  const sockets = new Set<Socket>();
  let server: Server;
  let origin: string;
  let pool: Connections;
  let requests: string[];

  beforeAll(async () => {
    server = serve((req, res) => {
      requests.push(`${req.method} ${req.url}`);
      switch (req.url) {
        case '/trailers':
          res.writeHead(200, { Trailer: 'x-sum' });
          req.on('end', () => {
            res.addTrailers({ 'x-sum': String(req.trailers['x-sum']) });
            res.end();
          });
          return void req.resume();
        case '/two':
          res.writeHead(200, { 'set-cookie': ['a=1', 'b=2'] });
          return void res.end('two');
        case '/204':
          return void res.writeHead(204).end();
        case '/length':
          return void res.writeHead(200, { 'content-length': '5' }).end('whole');
        case '/never':
          return;
        case '/stops':
          return void res.writeHead(200).write('half');
        case '/early':
          return void res.writeHead(413).end('no');
        case '/long':
          return void res.writeHead(200).end('x'.repeat(2_000_000));
        case '/cut':
          return void req.socket.destroy();
        default:
          req.pipe(res);
      }
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    requests = [];
    pool = to(origin);
  });
  afterEach(async () => {
    await pool.destroy();
    await eventually(() => sockets.size === 0);
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  async function ended(sent: Sent): Promise<Sent> {
    await eventually(() => sent.isOver);
    return sent;
  }
  const ask = (given: Partial<OutgoingRequest>): Promise<Sent> => ended(sendOn(pool, given));
  const names = ({ head }: Sent, name: string): readonly string[] => head?.headers.all(name) ?? [];

  it('carry a request and its answer, and are kept', async () => {
    expect(await ask({ method: 'POST', body: bodyOf('text') })).toMatchObject({
      head: { status: 200 },
      body: 'text',
      isWhole: true,
    });
    await eventually(() => pool.counts().idle === 1);
    expect((await ask({ path: '/length' })).body).toBe('whole');
    expect(sockets.size).toBe(1);
  });

  it('carry fields of one name one by one', async () => {
    expect(names(await ask({ path: '/two' }), 'set-cookie')).toEqual(['a=1', 'b=2']);
  });

  it('carry trailers both ways', async () => {
    const { trailers } = await ask({
      method: 'POST',
      path: '/trailers',
      headers: headerListOf(['Trailer', 'x-sum']),
      body: bodyOf('text', ['x-sum', '42']),
    });
    expect(trailers).toEqual(['x-sum', '42']);
  });

  it.each([
    ['HEAD', '/length', 200],
    ['GET', '/204', 204],
  ])('end the answer to %s %s without a body', async (method, path, status) => {
    const sent = await ask({ method, path });
    expect([sent.head?.status, sent.body, sent.isWhole]).toEqual([status, '', true]);
    expect((await ask({ path: '/length' })).body).toBe('whole');
  });

  it('stop reading while nobody takes more, and go on', async () => {
    let taken = 0;
    const sent = sendOn(pool, { path: '/long' }, () => (taken += 1) > 1_000_000);
    await eventually(() => sent.head !== undefined && taken > 0);
    await eventually(() => {
      sent.attempt.resume();
      return sent.isOver;
    });
    expect([sent.body.length, sent.isWhole]).toEqual([2_000_000, true]);
  });

  it('tell an answer that comes before the end of a request, and let go of the rest', async () => {
    let stopped = false;
    const endless: OutgoingBody = {
      start: (sink: BodySink) => void sink.data(Buffer.from('begun')),
      resume: () => undefined,
      stop: () => (stopped = true),
    };
    const sent = await ask({ method: 'POST', path: '/early', body: endless });
    expect([sent.head?.status, sent.body, stopped]).toEqual([413, 'no', true]);
    expect((await ask({ path: '/length' })).body).toBe('whole');
  });

  it.each<[string, Partial<OutgoingRequest>, string]>([
    ['never answers', { path: '/never', headersTimeoutMs: 100 }, 'headers-timeout'],
    ['stops in the middle', { path: '/stops', idleTimeoutMs: 100 }, 'body-idle-timeout'],
    ['cuts the connection', { path: '/cut' }, 'reset-before-response'],
  ])('fail when the instance %s', async (_, given, outcome) => {
    const { failure } = await ask(given);
    expect(failure?.outcome).toBe(outcome);
  });

  it.each<[string, Partial<OutgoingRequest>]>([
    ['a line break in its path', { path: '/a\r\nb' }],
    ['a malformed method', { method: 'GE T' }],
    ['a malformed field', { headers: headerListOf(['x-a', 'b\r\nc: d']) }],
    [
      'two lengths',
      { headers: headerListOf(['content-length', '1', 'content-length', '2']), body: bodyOf('a') },
    ],
    ['a length and no body', { headers: headerListOf(['content-length', '5']) }],
    ['a transfer coding', { headers: headerListOf(['transfer-encoding', 'chunked']), body: bodyOf('a') }],
  ])('do not carry a request with %s', async (_, given) => {
    expect((await ask(given)).failure?.outcome).toBe('unsendable');
    expect(requests).toEqual([]);
  });

  it.each([
    ['shorter', 'four', '9'],
    ['longer', 'four', '2'],
  ])('break off a body that is %s than announced', async (_, body, length) => {
    const { failure } = await ask({
      method: 'POST',
      headers: headerListOf(['content-length', length]),
      body: bodyOf(body),
    });
    expect(failure?.outcome).toBe('downstream-aborted');
  });

  it('end an attempt whose caller has gone, before a connection stands and after', async () => {
    const waiting = sendOn(pool, { path: '/never' });
    waiting.attempt.abort();
    expect(waiting.failure?.outcome).toBe('downstream-aborted');
    const begun = sendOn(pool, { path: '/never' });
    await eventually(() => requests.length === 1);
    begun.attempt.abort();
    expect(begun.failure?.outcome).toBe('downstream-aborted');
    begun.attempt.abort();
  });

  it('fail as refused where nobody listens, without having taken anything of the body', async () => {
    const nobody = to(`http://127.0.0.1:${await closedPort()}`);
    let started = false;
    const body: OutgoingBody = {
      start: () => (started = true),
      resume: () => undefined,
      stop: () => undefined,
    };
    const { failure } = await ended(sendOn(nobody, { method: 'POST', body }));
    expect([failure?.outcome, started]).toEqual(['refused', false]);
    expect(nobody.counts()).toEqual({ open: 0, idle: 0 });
  });

  it('are closed while idle once none is to be kept, and after their answer when busy', async () => {
    await ask({});
    await eventually(() => pool.counts().idle === 1);
    pool.keepIdle(false);
    await eventually(() => sockets.size === 0);
    expect((await ask({ path: '/length' })).body).toBe('whole');
    await eventually(() => sockets.size === 0 && pool.counts().open === 0);
    pool.keepIdle(true);
    await ask({});
    await eventually(() => pool.counts().idle === 1);
  });

  it('are closed when they were idle for long enough', async () => {
    const brief = to(origin, { keepAliveMs: 100 });
    await ended(sendOn(brief));
    await eventually(() => brief.counts().open === 0);
    await eventually(() => sockets.size === 0);
  });

  it('are new ones where that is asked for', async () => {
    await ask({});
    await eventually(() => pool.counts().idle === 1);
    await ask({ freshSocket: true });
    expect(sockets.size).toBe(2);
  });

  it('are cut with everything that they carry', async () => {
    const sent = sendOn(pool, { path: '/never' });
    await eventually(() => requests.length === 1);
    await pool.destroy();
    expect(sent.failure?.outcome).toBe('reset-before-response');
    expect(pool.counts()).toEqual({ open: 0, idle: 0 });
  });

  it('tell whether they had carried an answer before', async () => {
    expect((await ask({ path: '/cut' })).failure?.socketReused).toBe(false);
    await ask({ path: '/length' });
    await eventually(() => pool.counts().idle === 1);
    expect((await ask({ path: '/cut' })).failure?.socketReused).toBe(true);
  });
});
