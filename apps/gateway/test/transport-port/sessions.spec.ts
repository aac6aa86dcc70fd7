import { createServer as createHttpsServer } from 'node:https';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { eventually } from '@rollcall/testing';
import { createPrivateAuthority, type PrivateAuthority } from '@rollcall/testing/certificates';
import type { Connections } from '../../src/ports/transport';
import { startH2cUpstream, type RunningH2cUpstream } from '../support/start-h2c-upstream';
import { bodyOf, sendOn, type Sent } from './send-attempt';
import { http2To, negotiatedTo } from './start-transport';

async function ended(sent: Sent): Promise<Sent> {
  await eventually(() => sent.isOver);
  return sent;
}

describe('sessions to an instance over HTTP/2', () => {
  const pools: Connections[] = [];
  const servers: RunningH2cUpstream[] = [];
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.destroy()));
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });
  async function start(...given: Parameters<typeof startH2cUpstream>): Promise<RunningH2cUpstream> {
    const server = await startH2cUpstream(...given);
    servers.push(server);
    return server;
  }
  function to(server: RunningH2cUpstream): Connections {
    const pool = http2To(server.url);
    pools.push(pool);
    return pool;
  }
  const many = (pool: Connections, count: number): readonly Sent[] =>
    Array.from({ length: count }, () => sendOn(pool, { method: 'POST', body: bodyOf('x') }));

  it('carry as many streams as the instance allows, and the rest goes on further ones', async () => {
    const held = new Set<() => void>();
    const server = await start(
      (stream) => held.add(() => stream.respond({ ':status': 200 }, { endStream: true })),
      {
        settings: { maxConcurrentStreams: 4 },
      },
    );
    const pool = to(server);
    const sent = many(pool, 10);
    await eventually(() => held.size === 10);
    expect(server.sessions.size).toBe(3);
    for (const answer of held) answer();
    await Promise.all(sent.map(ended));
    expect(sent.map(({ head }) => head?.status)).toEqual(sent.map(() => 200));
  });

  it('are eight at most, beyond which an instance is overloaded', async () => {
    const server = await start(() => undefined, { settings: { maxConcurrentStreams: 1 } });
    const pool = to(server);
    const sent = many(pool, 20);
    await eventually(() => server.requests.length === 8 && sent.filter(({ isOver }) => isOver).length === 12);
    expect(pool.counts().open).toBe(8);
    expect(new Set(sent.flatMap(({ failure }) => failure?.outcome ?? []))).toEqual(new Set(['overloaded']));
  });

  /**
   * Sends one after another to a server that ends each session after one stream, which goes on.
   *
   * @param most how many are answered at most, before there is no room left
   */
  async function sendAgeing(most: number) {
    const server = await start((stream) => {
      stream.respond({ ':status': 200 });
      stream.session?.goaway(0, stream.id);
    });
    const pool = to(server);
    const sent: Sent[] = [];
    const isFull = ({ failure }: Sent): boolean => failure?.outcome === 'overloaded';
    while (sent.filter(({ head }) => head !== undefined).length < most && !sent.some(isFull)) {
      const one = sendOn(pool);
      sent.push(one);
      await eventually(() => one.head !== undefined || one.isOver);
    }
    return { pool, outcomes: sent.flatMap(({ failure }) => failure ?? []) };
  }

  it('that the instance has ended leave room for further ones, however long their streams are', async () => {
    const { pool, outcomes } = await sendAgeing(30);
    // A request that was on its way as GOAWAY came is handed back.
    expect(outcomes.filter(({ outcome }) => outcome !== 'unprocessed')).toEqual([]);
    expect(pool.counts().open).toBeGreaterThan(8);
  });

  it('are not opened without end while the instance ends each under a long stream', async () => {
    const { pool, outcomes } = await sendAgeing(Infinity);
    expect(outcomes.at(-1)?.error.message).toContain('256 connections were ended by the instance');
    expect(pool.counts().open).toBe(256);
  });

  it('are more than one before one carries too much, and no more than that is needed', async () => {
    const server = await start(() => undefined);
    const sent = many(to(server), 150);
    await eventually(() => server.requests.length === 150);
    expect(server.sessions.size).toBe(2);
    for (const { attempt } of sent) attempt.abort();
  });

  it.each<[string, (server: RunningH2cUpstream) => void]>([
    ['GOAWAY', (server) => server.requests.at(-1)?.session.goaway(0, server.requests.at(-1)?.stream.id)],
    ['an end that waits for its streams', (server) => server.requests.at(-1)?.session.close()],
  ])('that end by %s finish what is under way, and further requests go on another one', async (_, end) => {
    let answer = (): void => undefined;
    const server = await start((stream) => {
      if (server.requests.length > 1) return stream.respond({ ':status': 204 }, { endStream: true });
      answer = () => {
        stream.respond({ ':status': 200 });
        stream.end('late');
      };
    });
    const pool = to(server);
    const first = sendOn(pool);
    await eventually(() => server.requests.length === 1);
    end(server);
    await eventually(() => pool.counts().open === 1 && server.requests.length === 1);
    await eventually(async () => (await ended(sendOn(pool))).head?.status === 204);
    answer();
    expect((await ended(first)).body).toBe('late');
    await eventually(() => server.sessions.size === 1);
  });

  it('hand back what the instance refuses to process', async () => {
    const server = await start((stream) => stream.close(7));
    const { failure } = await ended(sendOn(to(server), { method: 'POST', body: bodyOf('x') }));
    expect(failure?.outcome).toBe('unprocessed');
  });

  it.each([
    ['INTERNAL_ERROR', 2, 'reset-before-response'],
    ['CANCEL', 8, 'reset-before-response'],
    ['PROTOCOL_ERROR', 1, 'bad-response'],
    ['ENHANCE_YOUR_CALM', 11, 'bad-response'],
  ])('and a stream that the instance resets with %s is no more than that', async (_, code, outcome) => {
    const server = await start((stream, fields) =>
      fields[':path'] === '/ok'
        ? stream.respond({ ':status': 204 }, { endStream: true })
        : stream.close(code),
    );
    const pool = to(server);
    expect((await ended(sendOn(pool))).failure?.outcome).toBe(outcome);
    expect((await ended(sendOn(pool, { path: '/ok' }))).head?.status).toBe(204);
    expect(server.sessions.size).toBe(1);
  });

  it('tell the instance at once that a caller has gone', async () => {
    const codes: (number | undefined)[] = [];
    const server = await start((stream) => stream.once('close', () => codes.push(stream.rstCode)));
    const sent = sendOn(to(server));
    await eventually(() => server.requests.length === 1);
    sent.attempt.abort();
    await eventually(() => codes.length === 1);
    expect(codes).toEqual([8]);
  });
});

describe('an instance behind https', () => {
  let authority: PrivateAuthority;
  const closing: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    authority = await createPrivateAuthority();
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function listen(server: Server): Promise<Connections> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      return closed;
    });
    const pool = negotiatedTo(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      ca: () => authority.ca,
    });
    closing.push(() => pool.destroy());
    return pool;
  }

  it('is spoken to in HTTP/2 where it agrees, and in HTTP/1.1 where it does not', async () => {
    const versions: string[] = [];
    const pair = await authority.issue();
    const both = await listen(
      createSecureServer({ ...pair, allowHTTP1: true }, (req, res) => {
        versions.push(req.httpVersion);
        res.end('both');
      }),
    );
    const old = await listen(
      createHttpsServer(pair, (req, res) => {
        versions.push(req.httpVersion);
        res.end('old');
      }),
    );
    for (const pool of [both, both, old, old])
      expect((await ended(sendOn(pool, { method: 'POST', body: bodyOf('x') }))).head?.status).toBe(200);
    expect(versions).toEqual(['2.0', '2.0', '1.1', '1.1']);
  });

  it('gets all that waited while it was asked which protocol it speaks, and an abort reaches it', async () => {
    const open = new Set<unknown>();
    const pool = await listen(
      createHttpsServer(await authority.issue(), (req, res) => {
        open.add(res);
        res.once('close', () => open.delete(res));
        if (req.url === '/ok') res.end('ok');
      }),
    );
    const sent = [
      sendOn(pool, { path: '/never' }),
      sendOn(pool, { path: '/ok' }),
      sendOn(pool, { path: '/ok' }),
    ];
    await Promise.all(sent.slice(1).map(ended));
    expect(sent.map(({ body }) => body)).toEqual(['', 'ok', 'ok']);
    await eventually(() => open.size === 1);
    sent[0]?.attempt.abort();
    await eventually(() => open.size === 0);
  });

  it('is asked in HTTP/1.1 to switch protocols', async () => {
    const versions: string[] = [];
    const server = createSecureServer({ ...(await authority.issue()), allowHTTP1: true });
    server.on('upgrade', (req: { httpVersion: string }, socket: Socket) => {
      versions.push(req.httpVersion);
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    const pool = await listen(server);
    await ended(sendOn(pool, { upgrade: 'websocket' }));
    expect(versions).toEqual(['1.1']);
  });

  it('with a certificate of somebody else gets nothing', async () => {
    const other = await createPrivateAuthority();
    const pool = await listen(createSecureServer(await other.issue()));
    expect((await ended(sendOn(pool))).failure?.outcome).toBe('unreachable');
  });
});
