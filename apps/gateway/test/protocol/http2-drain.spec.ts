import { eventually } from '@rollcall/testing';
import type { Caller } from '../../src/ports/caller';
import { FLAG, FRAME, frame } from '../support/raw-frames';
import { openRawHttp2, requestFrame, type RawHttp2 } from '../support/raw-http2';
import { startHttp2Rig, type Http2Rig } from '../support/http2-rig';

describe('a port that is about to stop', () => {
  let rig: Http2Rig;
  let open: Caller[];

  beforeEach(async () => {
    open = [];
    rig = await startHttp2Rig({ serve: (caller) => open.push(caller) });
  });
  afterEach(() => rig.stop());

  const lastStreamOf = (payload: Buffer): number => payload.readUInt32BE(0);
  async function openWith(...streams: readonly number[]): Promise<RawHttp2> {
    const before = open.length;
    const raw = openRawHttp2(rig.port);
    raw.send(...streams.map((stream) => requestFrame(stream)));
    await eventually(() => open.length === before + streams.length);
    return raw;
  }

  it('says which requests it has taken, finishes them, and takes no more on that connection', async () => {
    const raw = await openWith(1, 3);
    rig.server.drain();
    const goaway = await raw.next(FRAME.goaway);
    expect([lastStreamOf(goaway.payload), goaway.payload.readUInt32BE(4)]).toEqual([3, 0]);
    raw.send(requestFrame(5), frame(FRAME.ping, 0, 0, '12345678'));
    await eventually(() => raw.frames.some(({ type, flags }) => type === FRAME.ping && flags === FLAG.ack));
    for (const caller of open) caller.answer(204, {});
    await eventually(() => raw.closed);
    const answered = raw.frames.filter(({ type }) => type === FRAME.headers).map(({ stream }) => stream);
    expect([answered, open.length]).toEqual([[1, 3], 2]);
  });

  it('serves a connection that begins now what it asks first, and lets it go', async () => {
    rig.server.drain();
    const raw = await openWith(1, 3);
    expect(lastStreamOf((await raw.next(FRAME.goaway)).payload)).toBe(3);
    for (const caller of open) caller.answer(204, {});
    await eventually(() => raw.closed);
    expect(raw.frames.filter(({ type }) => type === FRAME.headers)).toHaveLength(2);
  });

  it('closes connections on which nothing is in progress at once', async () => {
    const [used, unused] = [await openWith(1), openRawHttp2(rig.port)];
    open[0]?.answer(204, {});
    await used.next(FRAME.headers, 1);
    await unused.next(FRAME.settings);
    const stopped = rig.server.stop(600_000);
    await Promise.all([used, unused].map((raw) => eventually(() => raw.closed)));
    await stopped;
    await eventually(() => rig.events.filter((event) => event === 'ended drained').length >= 2);
  });

  it('cuts what does not finish in time', async () => {
    const raw = await openWith(1);
    let gone = 0;
    open[0]?.onGone(() => (gone += 1));
    await rig.server.stop(50);
    await eventually(() => raw.closed && gone === 1);
    expect(await open[0]?.whenClosed()).toBe('gone');
  });
});
