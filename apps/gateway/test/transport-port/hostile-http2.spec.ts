import { eventually, timeScale } from '@rollcall/testing';
import type { Connections } from '../../src/ports/transport';
import { FLAG, frame, FRAME, hpack, settings, uint32, type Frame } from '../support/raw-frames';
import { startRawH2cUpstream, type RawH2cOptions, type RawH2cUpstream } from '../support/raw-h2c-upstream';
import { bodyOf, sendOn, type Sent } from './send-attempt';
import { http2To } from './start-transport';

const headers = (stream: number, block: Buffer, flags: number = FLAG.endHeaders): Buffer =>
  frame(FRAME.headers, flags, stream, block);
const OK = hpack(':status', '200');
const SHORT_TIMES = { headersTimeoutMs: 200 * timeScale, idleTimeoutMs: 200 * timeScale };

/** Says these bytes for each request. */
const saying =
  (bytes: (stream: number) => Buffer[]): NonNullable<RawH2cOptions['onFrame']> =>
  (one: Frame, socket) => {
    if (one.type === FRAME.headers) socket.write(Buffer.concat(bytes(one.stream)));
  };

describe('an instance that breaks the rules of HTTP/2', () => {
  let upstream: RawH2cUpstream;
  let pool: Connections;

  async function start(options: RawH2cOptions): Promise<void> {
    upstream = await startRawH2cUpstream(options);
    pool = http2To(upstream.url, { connectTimeoutMs: 200 * timeScale, pingEveryMs: 200 * timeScale });
  }
  afterEach(async () => {
    await pool.destroy();
    await upstream.stop();
  });

  /** Nothing is left of the attempt, its session and its socket once the session is not kept any more. */
  async function expectNothingLeft(): Promise<void> {
    pool.keepIdle(false);
    await eventually(() => pool.counts().open === 0);
    await eventually(() => upstream.open.size === 0);
  }
  async function ended(sent: Sent): Promise<Sent> {
    await eventually(() => sent.isOver);
    return sent;
  }

  it.each<[string, Buffer[] | ((stream: number) => Buffer[])]>([
    ['a field block that cannot be decoded', (n) => [headers(n, Buffer.from('ffffffffff', 'hex'))]],
    ['index 0 of the table', (n) => [headers(n, Buffer.of(0x80))]],
    ['an index beyond the table', (n) => [headers(n, Buffer.of(0xff, 0xff, 0x7f))]],
    ['DATA without HEADERS', (n) => [frame(FRAME.data, FLAG.endStream, n, 'early')]],
    ['DATA on a stream that was never opened', (n) => [frame(FRAME.data, 0, n + 100, 'x')]],
    ['HEADERS on a stream that was never opened', (n) => [headers(n + 100, OK)]],
    ['HEADERS on an even stream', () => [headers(2, OK)]],
    ['HEADERS on stream 0', () => [headers(0, OK)]],
    ['a frame longer than allowed', (n) => [frame(FRAME.data, 0, n, Buffer.alloc(20_000))]],
    ['padding longer than its frame', (n) => [frame(FRAME.data, FLAG.padded, n, Buffer.of(200, 1))]],
    ['CONTINUATION by itself', (n) => [frame(FRAME.continuation, FLAG.endHeaders, n, OK)]],
    [
      'a frame in the middle of a field block',
      (n) => [headers(n, OK, 0), frame(FRAME.ping, 0, 0, Buffer.alloc(8))],
    ],
    ['a field block without an end', (n) => [headers(n, OK, 0)]],
    ['a window update of 0', (n) => [frame(FRAME.windowUpdate, 0, n, uint32(0))]],
    ['a window beyond 2^31-1', (n) => [frame(FRAME.windowUpdate, 0, n, uint32(2 ** 31 - 1))]],
    [
      'a window beyond 2^31-1 for the whole connection',
      () => [frame(FRAME.windowUpdate, 0, 0, uint32(2 ** 31 - 1))],
    ],
    ['SETTINGS of a wrong length', () => [frame(FRAME.settings, 0, 0, Buffer.alloc(5))]],
    ['SETTINGS with an unlawful value', () => [settings(4, 2 ** 31)]],
    ['a PING of a wrong length', () => [frame(FRAME.ping, 0, 0, Buffer.alloc(7))]],
    ['GOAWAY of a wrong length', () => [frame(FRAME.goaway, 0, 0, Buffer.alloc(4))]],
    ['a pushed stream', (n) => [frame(FRAME.pushPromise, FLAG.endHeaders, n, uint32(2))]],
    ['PRIORITY on itself', (n) => [frame(FRAME.priority, 0, n, Buffer.concat([uint32(n), Buffer.of(1)]))]],
    ['RST_STREAM of a stream that was never opened', (n) => [frame(FRAME.reset, 0, n + 100, uint32(0))]],
    ['an answer without :status', (n) => [headers(n, hpack('x-a', 'b'), FLAG.endHeaders | FLAG.endStream)]],
    ['a :status that is no number', (n) => [headers(n, hpack(':status', 'abc'))]],
    ['a request for an answer', (n) => [headers(n, hpack(':method', 'GET', ':path', '/'))]],
    [
      'a body shorter than its content-length',
      (n) => [headers(n, hpack(':status', '200', 'content-length', '9')), frame(FRAME.data, 1, n, 'four')],
    ],
    [
      'a body longer than its content-length',
      (n) => [headers(n, hpack(':status', '200', 'content-length', '2')), frame(FRAME.data, 1, n, 'four')],
    ],
    [
      'a body cut off without an error',
      (n) => [
        headers(n, hpack(':status', '200', 'content-length', '9')),
        frame(FRAME.data, 0, n, 'four'),
        frame(FRAME.reset, 0, n, uint32(0)),
      ],
    ],
    ['a body that stops', (n) => [headers(n, OK), frame(FRAME.data, 0, n, 'four')]],
    ['a head and nothing else', (n) => [headers(n, OK)]],
    ['nothing', () => []],
    [
      'trailers with a pseudo field',
      (n) => [headers(n, OK), headers(n, hpack(':status', '200'), FLAG.endHeaders | FLAG.endStream)],
    ],
    ['trailers that do not end the stream', (n) => [headers(n, OK), headers(n, hpack('x-a', 'b'))]],
    [
      'more informational answers than anybody needs',
      (n) => Array.from({ length: 200 }, () => headers(n, hpack(':status', '103'))),
    ],
    [
      'fields beyond the limit',
      (n) =>
        Array.from([
          headers(n, hpack(':status', '200', 'x-long', 'a'.repeat(16_000), 'x-more', 'b'.repeat(300))),
        ]),
    ],
    ['HTTP/1.1', () => [Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')]],
  ])('by %s fails the attempt, and nothing of it is left', async (_, bytes) => {
    await start({ onFrame: saying(typeof bytes === 'function' ? bytes : () => bytes) });
    const { failure, isWhole } = await ended(sendOn(pool, SHORT_TIMES));
    expect(isWhole).toBe(false);
    expect(failure?.outcome).toMatch(
      /^(bad-response|reset-before-response|headers-timeout|body-idle-timeout)$/,
    );
    await expectNothingLeft();
  });

  it.each<[string, Buffer]>([
    ['never says SETTINGS', Buffer.alloc(0)],
    ['speaks HTTP/1.1', Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')],
    ['says something else first', frame(FRAME.ping, 0, 0, Buffer.alloc(8))],
  ])('and %s has got nothing of a request, which may go elsewhere', async (_, first) => {
    await start({ first });
    const { failure } = await ended(sendOn(pool, { method: 'POST', body: bodyOf('text') }));
    expect(failure?.outcome).toBe('unreachable');
    expect(upstream.frames.filter(({ type }) => type === FRAME.headers)).toEqual([]);
    await expectNothingLeft();
  });

  it.each<[string, string]>([
    ['CR and LF', 'a\r\nevil: 1'],
    ['a bare LF', 'a\nevil: 1'],
    ['NUL', 'a\0b'],
  ])('by %s in a value puts none of it into an answer', async (_, value) => {
    await start({
      onFrame: saying((n) => [
        headers(n, hpack(':status', '200', 'x-a', value), FLAG.endHeaders | FLAG.endStream),
      ]),
    });
    const { head } = await ended(sendOn(pool, SHORT_TIMES));
    expect(head?.headers.toRaw().join('\n') ?? '').not.toMatch(/[\r\0]|evil/);
    await expectNothingLeft();
  });

  it('by a window of 0 is given up within the idle time-out, and others are answered', async () => {
    await start({
      first: settings(4, 0),
      onFrame: ({ type, flags, stream }, socket) => {
        if (type === FRAME.headers && (flags & FLAG.endStream) !== 0)
          socket.write(headers(stream, OK, FLAG.endHeaders | FLAG.endStream));
      },
    });
    const stuck = sendOn(pool, { method: 'POST', body: bodyOf('x'.repeat(100_000)), ...SHORT_TIMES });
    expect((await ended(sendOn(pool))).head?.status).toBe(200);
    expect((await ended(stuck)).failure?.outcome).toBe('body-idle-timeout');
    await expectNothingLeft();
  });

  it('by GOAWAY with an error in the middle says which requests it has not looked at', async () => {
    let count = 0;
    await start({
      onFrame({ type, stream }, socket) {
        if (type !== FRAME.headers) return;
        count += 1;
        if (count === 3) socket.end(frame(FRAME.goaway, 0, 0, uint32(stream - 2, 2)));
      },
    });
    const sent = [1, 2, 3].map(() => sendOn(pool, { method: 'POST', body: bodyOf('x') }));
    await Promise.all(sent.map(ended));
    expect(sent.map(({ failure }) => failure?.outcome)).toEqual([
      'reset-before-response',
      'reset-before-response',
      'unprocessed',
    ]);
    await expectNothingLeft();
  });

  it('is left at once when it is silent through a time-out', async () => {
    await start({
      onFrame: ({ type, stream }, socket) => {
        if (type === FRAME.headers && stream === 1)
          socket.write(headers(1, OK, FLAG.endHeaders | FLAG.endStream));
        // From then on it is frozen.
        if (type === FRAME.settings) socket.once('data', () => socket.pause());
      },
    });
    pool = http2To(upstream.url, { pingEveryMs: undefined });
    expect((await ended(sendOn(pool))).head?.status).toBe(200);
    const slow = sendOn(pool, { headersTimeoutMs: 60_000 });
    const late = sendOn(pool, { headersTimeoutMs: 100 });
    expect((await ended(late)).failure?.outcome).toBe('headers-timeout');
    expect((await ended(slow)).failure?.outcome).toBe('reset-before-response');
    await eventually(() => pool.counts().open === 0);
    for (const socket of upstream.open) socket.resume();
    await expectNothingLeft();
  });
});
