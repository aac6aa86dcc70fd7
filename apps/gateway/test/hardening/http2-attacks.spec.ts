import { eventually } from '@rollcall/testing';
import type { Caller } from '../../src/ports/caller';
import { FLAG, FRAME, frame, hpack, settings, uint32 } from '../support/raw-frames';
import { beginning, openRawHttp2, requestFrame, type RawHttp2 } from '../support/raw-http2';
import { startHttp2Rig, type Http2Rig } from '../support/http2-rig';
import { startRawRig } from '../support/raw-rig';
import { headerListOf } from '../../src/headers/header-list';

const CANCEL = uint32(8);
const held = { path: '/p/held' } as const;
const upload = { method: 'POST', flags: FLAG.endHeaders } as const;
const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
/** Of the caller's n-th request. */
const idOf = (n: number): number => 2 * n + 1;

/** An answer longer than any window. */
function answerAtLength(caller: Caller): void {
  caller.respond(200, 'OK', headerListOf([]));
  caller.write(Buffer.alloc(4 * 1024 * 1024), () => undefined);
}

describe('a caller that attacks by HTTP/2', () => {
  let rig: Http2Rig;
  let raw: RawHttp2;

  beforeAll(async () => {
    rig = await startHttp2Rig({ maxStreams: 8, maxStreamsInTotal: 20, serve: answerAtLength });
  });
  afterEach(async () => {
    raw.leave();
    await rig.whenNothingIsLeft();
    await rig.expectOthersServed();
  });
  afterAll(() => rig.stop());

  it('rapid reset (CVE-2023-44487): nothing is served, and the connection ends', async () => {
    const before = rig.served.length;
    raw = openRawHttp2(rig.port);
    raw.send(...times(150, (n) => [requestFrame(idOf(n)), frame(FRAME.reset, 0, idOf(n), CANCEL)]).flat());
    await eventually(() => raw.closed);
    await eventually(() => rig.events.includes('ended resets'));
    expect(rig.events).toContain('goaway gateway ENHANCE_YOUR_CALM');
    expect(rig.served.slice(before)).toEqual([]);
  });

  it('rapid reset of requests that are being served: as many as its budget has', async () => {
    const before = rig.served.length;
    const ended = rig.events.filter((event) => event === 'ended resets').length;
    raw = openRawHttp2(rig.port);
    for (let n = 0; !raw.closed && n < 1000; n += 1) {
      raw.send(requestFrame(idOf(n), held));
      await eventually(() => raw.closed || rig.served.length - before > n);
      raw.send(frame(FRAME.reset, 0, idOf(n), CANCEL));
      await eventually(() => raw.closed || rig.http2.counts().streams === 0);
    }
    expect(raw.closed).toBe(true);
    await eventually(() => rig.events.filter((event) => event === 'ended resets').length > ended);
  });

  it.each<readonly [string, readonly Buffer[]]>([
    [
      'CONTINUATION without end (CVE-2024-27316)',
      [
        requestFrame(1, { flags: FLAG.endStream }),
        ...times(400, (n) => frame(FRAME.continuation, 0, 1, hpack(`x-${n}`, 'a'.repeat(100)))),
      ],
    ],
    [
      'empty CONTINUATION without end',
      [requestFrame(1, { flags: FLAG.endStream }), ...times(400, () => frame(FRAME.continuation, 0, 1))],
    ],
    [
      'bodies other than their Content-Length (MadeYouReset, CVE-2025-8671)',
      times(400, (n) => [
        requestFrame(idOf(n), { ...upload, fields: ['content-length', '5'] }),
        frame(FRAME.data, FLAG.endStream, idOf(n), 'x'),
      ]).flat(),
    ],
    ['SETTINGS of 2000 entries', [settings(...times(2000, (n) => [(n % 6) + 8, 1]).flat())]],
    ['more streams than it may have, again and again', times(400, (n) => requestFrame(idOf(n), held))],
  ])('%s: the connection ends', async (_name, frames) => {
    raw = openRawHttp2(rig.port);
    raw.send(...frames);
    await eventually(() => raw.closed);
  });

  it.each<readonly [string, readonly Buffer[]]>([
    ['PING', times(10_000, () => frame(FRAME.ping, 0, 0, '12345678'))],
    ['SETTINGS', times(2000, () => settings(4, 65_535))],
    ['empty DATA', [requestFrame(1, upload), ...times(4000, () => frame(FRAME.data, 0, 1))]],
    ['frames of unknown types', times(10_000, () => frame(0x7f, 0, 0))],
    ['PRIORITY', times(10_000, () => frame(FRAME.priority, 0, 1, Buffer.concat([uint32(3), Buffer.of(1)])))],
    // Node 20 gives such a session up and tells nobody.
    [
      'PRIORITY on itself',
      times(10, () => frame(FRAME.priority, 0, 1, Buffer.concat([uint32(1), Buffer.of(1)]))),
    ],
    ['WINDOW_UPDATE', times(10_000, () => frame(FRAME.windowUpdate, 0, 0, uint32(1)))],
  ])('a flood of %s: others are served meanwhile', async (_name, frames) => {
    raw = openRawHttp2(rig.port);
    raw.send(...frames);
    await rig.expectOthersServed();
    // It has been read to its end, or was cut off before.
    raw.send(frame(FRAME.ping, 0, 0, 'the last'));
    await eventually(() => raw.closed || raw.frames.some(({ payload }) => payload.toString() === 'the last'));
  });

  it('an HPACK bomb is not unpacked', async () => {
    const before = rig.served.length;
    raw = openRawHttp2(rig.port);
    const entry = Buffer.concat([Buffer.of(0x40), hpack('x-bomb', 'a'.repeat(3900)).subarray(1)]);
    const head = hpack(':method', 'GET', ':scheme', 'http', ':authority', 'a', ':path', '/p/it');
    const bomb = Buffer.concat([head, entry, Buffer.alloc(10_000, 0xbe)]);
    raw.send(frame(FRAME.headers, FLAG.endHeaders | FLAG.endStream, 1, bomb));
    await eventually(() => raw.closed || raw.frames.some(({ type }) => type === FRAME.reset));
    expect(rig.served.slice(before)).toEqual([]);
  });

  it('long answers that it does not let come (CVE-2019-9511, CVE-2019-9517) end with it', async () => {
    raw = openRawHttp2(rig.port, beginning(4, 0));
    raw.send(...times(8, (n) => requestFrame(idOf(n))));
    await eventually(() => raw.frames.filter(({ type }) => type === FRAME.headers).length === 8);
    expect(raw.frames.some(({ type }) => type === FRAME.data)).toBe(false);
  });

  it('gets no more streams than one connection may have: the next one is refused', async () => {
    raw = openRawHttp2(rig.port);
    raw.send(...times(9, (n) => requestFrame(idOf(n), held)));
    const reset = await raw.next(FRAME.reset);
    expect([reset.stream, reset.payload]).toEqual([idOf(8), uint32(7)]);
  });

  it('gets no more streams by many connections than all of them together may have', async () => {
    const many = times(3, () => openRawHttp2(rig.port));
    raw = openRawHttp2(rig.port);
    for (const one of many) one.send(...times(8, (n) => requestFrame(idOf(n), held)));
    const refused = (): unknown[] =>
      many.flatMap(({ frames }) => frames.filter(({ type }) => type === FRAME.reset));
    await eventually(() => refused().length === 4);
    expect(refused()).toEqual(times(4, () => expect.objectContaining({ payload: uint32(7) })));
    for (const one of many) one.leave();
  });
});

describe('a caller of HTTP/2 that says nothing more', () => {
  let rig: Http2Rig;
  let raw: RawHttp2;

  beforeAll(async () => {
    rig = await startHttp2Rig({ idleMs: 300, headersTimeoutMs: 200 });
  });
  afterEach(() => raw.leave());
  afterAll(() => rig.stop());

  it.each<readonly [string, Buffer]>([
    ['after half a preface', beginning().subarray(0, 10)],
    ['after the preface', beginning().subarray(0, 24)],
    ['after its settings', beginning()],
    ['after an answer', Buffer.concat([beginning(), requestFrame(1)])],
    ['after half a head', Buffer.concat([beginning(), requestFrame(1, { flags: FLAG.endStream })])],
  ])('%s is closed', async (_name, bytes) => {
    raw = openRawHttp2(rig.port, bytes);
    await eventually(() => raw.closed);
  });

  it('is not closed while a request of it is in progress, but after that', async () => {
    raw = openRawHttp2(rig.port);
    raw.send(requestFrame(1, held));
    // Others that come and go meanwhile show that the time has passed.
    for (let n = 0; n < 2; n += 1) {
      const other = openRawHttp2(rig.port);
      await eventually(() => other.closed);
    }
    expect(raw.closed).toBe(false);
    raw.send(frame(FRAME.reset, 0, 1, CANCEL));
    await eventually(() => raw.closed);
  });
});

it('rapid reset never reaches an instance', async () => {
  const rig = await startRawRig();
  const callers = times(5, () => openRawHttp2(rig.running.port));
  for (const caller of callers) {
    // Fewer than end the connection.
    caller.send(...times(90, (n) => [requestFrame(idOf(n)), frame(FRAME.reset, 0, idOf(n), CANCEL)]).flat());
    caller.send(frame(FRAME.ping, 0, 0, 'the last'));
    await eventually(() => caller.frames.some(({ payload }) => payload.toString() === 'the last'));
  }
  await rig.expectHealthy();
  expect(rig.upstream.requests().filter((request) => request.includes('/p/it'))).toEqual([]);
  for (const caller of callers) caller.leave();
  await rig.stop();
});
