import { createSendQueue } from '@rollcall/service-kit';
import { closedPort, eventually } from '@rollcall/testing';
import { createAddressGuard } from '@rollcall/address-guard';
import type {
  AttemptFailure,
  Connections,
  BodySink,
  OutgoingBody,
  OutgoingRequest,
  ResponseHead,
} from '../../ports/transport';
import { anOutgoingRequest } from '../../../test/support/an-attempt';
import { startUpstream, type RunningUpstream } from '../../../test/support/start-upstream';
import { headerListOf } from '../../headers/header-list';
import { createWriteRound } from '../../write-round-loop';
import { createReadBuffers } from './read-buffers';
import { createHttp1Transport } from './http1-transport';

const bodyOf = (text: string, trailers: readonly string[] = []): OutgoingBody => ({
  start(sink) {
    sink.data(Buffer.from(text));
    sink.end(trailers);
  },
  resume: () => undefined,
  stop: () => undefined,
});

interface Ended {
  head?: ResponseHead;
  body: string;
  failure?: AttemptFailure;
}

/** Sends one attempt, and resolves when it is over. */
function send(
  connections: Connections,
  given: Partial<OutgoingRequest> = {},
  onAttempt = (_abort: () => void) => {},
) {
  return new Promise<Ended>((resolve) => {
    const ended: Ended = { body: '' };
    const attempt = connections.send(anOutgoingRequest(given), {
      informational: () => undefined,
      response: (head) => (ended.head = head),
      data(chunk) {
        ended.body += chunk.toString();
        return true;
      },
      flush: () => undefined,
      end: () => resolve(ended),
      done: () => undefined,
      upgraded: () => resolve(ended),
      failed(failure) {
        ended.failure = failure;
        resolve(ended);
      },
    });
    onAttempt(() => attempt.abort());
  });
}

describe('connections to an instance', () => {
  let upstream: RunningUpstream;
  const pools: Connections[] = [];
  const poolTo = (origin: string, connectTimeoutMs = 1000) => {
    const pool = createHttp1Transport({
      guard: createAddressGuard({ forbidLoopback: false }),
      connectTimeoutMs,
      keepAliveMs: 60_000,
      maxHeadBytes: 16_384,
      writes: createWriteRound(),
      sendQueue: createSendQueue(() => performance.now()),
      buffers: createReadBuffers(),
      now: () => performance.now(),
    }).connectionsTo(origin);
    pools.push(pool);
    return pool;
  };
  const sockets = () => new Set(upstream.requests.map(({ socket }) => socket));

  beforeEach(async () => {
    upstream = await startUpstream((req, res) => void (req.url === '/slow' ? undefined : req.pipe(res)));
  });
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.destroy()));
    await upstream.stop();
  });

  it('are kept for the next request', async () => {
    const pool = poolTo(upstream.url);
    for (let count = 0; count < 3; count += 1) {
      await eventually(() => pool.counts().idle === pool.counts().open);
      expect((await send(pool)).head?.status).toBe(200);
    }
    expect(sockets().size).toBe(1);
  });

  it('are opened for requests that come at once', async () => {
    const pool = poolTo(upstream.url);
    await Promise.all([send(pool), send(pool), send(pool)]);
    expect(sockets().size).toBe(3);
    await eventually(() => pool.counts().idle === 3);
  });

  it('are fresh where that is asked for', async () => {
    const pool = poolTo(upstream.url);
    await send(pool);
    await eventually(() => pool.counts().idle === 1);
    await send(pool, { freshSocket: true });
    expect(sockets().size).toBe(2);
  });

  it('are closed while idle once none is to be kept, and after their answer when busy', async () => {
    const pool = poolTo(upstream.url);
    await Promise.all([send(pool), send(pool)]);
    await eventually(() => pool.counts().idle === 2);
    const busy = send(pool, { method: 'POST', body: bodyOf('still') });
    pool.keepIdle(false);
    expect(pool.counts()).toEqual({ open: 1, idle: 0 });
    expect((await busy).body).toBe('still');
    await eventually(() => pool.counts().open === 0);
    await eventually(() => [...sockets()].every((socket) => socket.destroyed));
  });

  it('are kept again once that is allowed again', async () => {
    const pool = poolTo(upstream.url);
    pool.keepIdle(false);
    pool.keepIdle(true);
    await send(pool);
    await eventually(() => pool.counts().idle === 1);
  });

  it('are forgotten when the instance closes them', async () => {
    const pool = poolTo(upstream.url);
    await send(pool);
    await eventually(() => pool.counts().idle === 1);
    upstream.server.closeAllConnections();
    await eventually(() => pool.counts().open === 0);
    expect((await send(pool)).head?.status).toBe(200);
  });

  it('tell whether they had carried a request before', async () => {
    const pool = poolTo(upstream.url);
    const dropped = () => send(pool, { path: '/slow' });
    const drop = async () => {
      const before = upstream.requests.length;
      const failing = dropped();
      await eventually(() => upstream.requests.length > before);
      upstream.requests.at(-1)?.socket.resetAndDestroy();
      return (await failing).failure;
    };
    expect(await drop()).toMatchObject({ outcome: 'reset-before-response', socketReused: false });
    await send(pool);
    await eventually(() => pool.counts().idle === 1);
    expect(await drop()).toMatchObject({ outcome: 'reset-before-response', socketReused: true });
  });

  it('take nothing from a body before they stand', async () => {
    const taken: string[] = [];
    const body: OutgoingBody = { ...bodyOf('x'), start: () => taken.push('x') };
    const ended = await send(poolTo(`http://127.0.0.1:${await closedPort()}`), { method: 'POST', body });
    expect(ended.failure?.outcome).toBe('refused');
    expect(taken).toEqual([]);
  });

  it('end an attempt whose caller has gone, before and after they stand', async () => {
    const pool = poolTo(upstream.url);
    const early = await send(pool, {}, (abort) => abort());
    expect(early.failure?.outcome).toBe('downstream-aborted');
    let abort = (): void => undefined;
    const late = send(pool, { path: '/slow' }, (how) => (abort = how));
    await eventually(() => upstream.requests.length === 1);
    abort();
    expect((await late).failure?.outcome).toBe('downstream-aborted');
    await eventually(() => [...sockets()].every((socket) => socket.destroyed));
    expect(pool.counts()).toEqual({ open: 0, idle: 0 });
  });

  it('refuse a request that cannot be put on the wire, and say that it was not the instance', async () => {
    const ended = await send(poolTo(upstream.url), { headers: headerListOf(['X', 'a\nb']) });
    expect(ended.failure?.outcome).toBe('unsendable');
    expect(upstream.requests.length).toBe(0);
  });

  it('are not kept after a refusal of half a request: the other half would be taken for the next one', async () => {
    const early = await startUpstream((_req, res) => res.writeHead(413).end('too much'));
    const stopped: string[] = [];
    const body: OutgoingBody = {
      start: (sink) => void sink.data(Buffer.from('half')),
      resume: () => undefined,
      stop: () => stopped.push('stopped'),
    };
    const pool = poolTo(early.url);
    const ended = await send(pool, { method: 'POST', headers: headerListOf(['Content-Length', '8']), body });
    expect([ended.head?.status, ended.body, stopped]).toEqual([413, 'too much', ['stopped']]);
    expect(pool.counts()).toEqual({ open: 0, idle: 0 });
    await early.stop();
  });

  it('are kept when the rest of a request has followed its early answer', async () => {
    const early = await startUpstream((req, res) => res.end('early', () => req.resume()));
    let sink: BodySink | undefined;
    const body: OutgoingBody = {
      start(given) {
        sink = given;
        given.data(Buffer.from('half'));
      },
      resume: () => undefined,
      stop: () => undefined,
    };
    const pool = poolTo(early.url);
    const ended = await send(pool, { method: 'POST', headers: headerListOf(['Content-Length', '8']), body });
    expect([ended.head?.status, ended.body, pool.counts()]).toEqual([200, 'early', { open: 1, idle: 0 }]);
    sink?.data(Buffer.from('half'));
    sink?.end([]);
    expect(pool.counts()).toEqual({ open: 1, idle: 1 });
    await early.stop();
  });

  it('are not kept for as long as the instance says it does not', async () => {
    const hasty = await startUpstream(undefined, { keepAliveTimeout: 1000 });
    const pool = poolTo(hasty.url);
    expect((await send(pool)).head?.status).toBe(200);
    expect(pool.counts()).toEqual({ open: 0, idle: 0 });
    await hasty.stop();
  });

  it.each([
    ['longer', '123456789'],
    ['shorter', '1234'],
  ])('end with a request whose body is %s than it said', async (_, text) => {
    const given = { method: 'POST', headers: headerListOf(['Content-Length', '8']), body: bodyOf(text) };
    const pool = poolTo(upstream.url);
    expect((await send(pool, given)).failure?.outcome).toBe('downstream-aborted');
    expect(pool.counts()).toEqual({ open: 0, idle: 0 });
  });

  it.each([
    ['a line break in a value', ['X-Sum', '1\r\nX-Evil: 1']],
    ['a malformed name', ['X Sum', '1']],
    ['a value outside Latin-1', ['X-Sum', '€']],
  ])('end with a request whose trailers have %s', async (_, trailers) => {
    const pool = poolTo(upstream.url);
    const ended = await send(pool, { method: 'POST', body: bodyOf('body', trailers) });
    expect(ended.failure?.outcome).toBe('downstream-aborted');
    expect(upstream.requests.filter(({ complete }) => complete)).toEqual([]);
    expect(pool.counts()).toEqual({ open: 0, idle: 0 });
  });

  it('carry trailers behind chunks, and none behind a length', async () => {
    const body = bodyOf('body', ['X-Sum', '1']);
    const pool = poolTo(upstream.url);
    await send(pool, { method: 'POST', body });
    await send(pool, { method: 'POST', headers: headerListOf(['Content-Length', '4']), body });
    await eventually(() => upstream.requests.filter(({ complete }) => complete).length === 2);
    expect(upstream.requests.map(({ rawTrailers }) => rawTrailers)).toEqual([['X-Sum', '1'], []]);
  });

  it('give up an answer that does not begin, and one that stops, in the time they were given', async () => {
    const slow = await startUpstream((req, res) => void (req.url === '/stops' && res.write('x')));
    const pool = poolTo(slow.url);
    expect((await send(pool, { headersTimeoutMs: 60 })).failure?.outcome).toBe('headers-timeout');
    const stopped = await send(pool, { path: '/stops', idleTimeoutMs: 60 });
    expect([stopped.body, stopped.failure?.outcome]).toEqual(['x', 'body-idle-timeout']);
    await slow.stop();
  });

  it('are cut when they are destroyed', async () => {
    const pool = poolTo(upstream.url);
    const busy = send(pool, { path: '/slow' });
    await eventually(() => upstream.requests.length === 1);
    await pool.destroy();
    expect((await busy).failure).toBeDefined();
    expect(pool.counts()).toEqual({ open: 0, idle: 0 });
  });
});
