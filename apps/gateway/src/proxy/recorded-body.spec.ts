import fc from 'fast-check';
import type { BodyReader, CallerBody } from '../ports/caller';
import { RecordedBody } from './recorded-body';

const MOST = 65_536;

/** A body as an adapter hands it over: it comes when the spec says so, and is counted by what was asked of it. */
function createSource() {
  let reader: BodyReader | undefined;
  const asked = { starts: 0, paused: false, discarded: false };
  const body: CallerBody = {
    taken: false,
    start(given) {
      asked.starts += 1;
      reader = given;
    },
    pause: () => void (asked.paused = true),
    resume: () => void (asked.paused = false),
    discard: () => void (asked.discarded = true),
  };
  return { body, asked, reader: () => reader };
}

function createReader() {
  const got = { text: '', ended: false, gone: false, trailers: [] as readonly string[] };
  const reader: BodyReader = {
    data: (chunk) => void (got.text += chunk.toString('latin1')),
    end(trailers) {
      got.ended = true;
      got.trailers = trailers;
    },
    gone: () => void (got.gone = true),
  };
  return { got, reader };
}

const bytes = (length: number, letter = 'x'): Buffer => Buffer.alloc(length, letter);

describe('a recorded body', () => {
  it('begins anew for each attempt, and goes on with what comes', () => {
    const { body, asked, reader } = createSource();
    const recorded = new RecordedBody(body);
    const [first, second] = [createReader(), createReader()];
    recorded.start(first.reader);
    reader()?.data(bytes(2, 'a'));
    recorded.discard();
    expect(asked).toEqual({ starts: 1, paused: true, discarded: false });
    recorded.start(second.reader);
    expect(asked.paused).toBe(false);
    reader()?.data(bytes(1, 'b'));
    reader()?.end(['x-trailer', '1']);
    expect(first.got).toMatchObject({ text: 'aa', ended: false });
    expect(second.got).toEqual({ text: 'aab', ended: true, gone: false, trailers: ['x-trailer', '1'] });
    expect(recorded.taken).toBe(false);
  });

  it('is given whole to an attempt that begins when it has ended, and tells one that the caller has gone', () => {
    const ended = createSource();
    const whole = new RecordedBody(ended.body);
    whole.start(createReader().reader);
    ended.reader()?.data(bytes(3));
    ended.reader()?.end([]);
    const next = createReader();
    whole.start(next.reader);
    expect(next.got).toMatchObject({ text: 'xxx', ended: true });

    const left = createSource();
    const broken = new RecordedBody(left.body);
    broken.start(createReader().reader);
    broken.discard();
    left.reader()?.gone();
    const told = createReader();
    broken.start(told.reader);
    expect(told.got).toMatchObject({ ended: false, gone: true });
  });

  it.each([
    [MOST, false],
    [MOST + 1, true],
  ])('of %d bytes is taken for good: %s', (length, taken) => {
    const { body, reader } = createSource();
    const recorded = new RecordedBody(body);
    recorded.start(createReader().reader);
    reader()?.data(bytes(MOST - 1));
    reader()?.data(bytes(length - MOST + 1));
    expect(recorded.taken).toBe(taken);
  });

  it('keeps what comes between two attempts, since the next one has been promised all of it', () => {
    const { body, reader } = createSource();
    const recorded = new RecordedBody(body);
    recorded.start(createReader().reader);
    reader()?.data(bytes(MOST));
    recorded.discard();
    reader()?.data(bytes(10));
    const next = createReader();
    recorded.start(next.reader);
    expect([next.got.text.length, recorded.taken]).toEqual([MOST + 10, true]);
  });

  it('is discarded by the last attempt, or at the end where no attempt reads it', () => {
    const read = createSource();
    const recorded = new RecordedBody(read.body);
    recorded.start(createReader().reader);
    recorded.finish();
    expect(read.asked.discarded).toBe(false);
    recorded.discard();
    expect(read.asked.discarded).toBe(true);

    const left = createSource();
    const unread = new RecordedBody(left.body);
    unread.start(createReader().reader);
    unread.discard();
    unread.finish();
    expect(left.asked.discarded).toBe(true);
  });

  it('gives every attempt all that has come, in order, whatever comes when', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('comes' as const), length: fc.integer({ min: 1, max: 9000 }) }),
      fc.record({ do: fc.constant('fails' as const) }),
      fc.record({ do: fc.constant('begins' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { body, reader } = createSource();
        const recorded = new RecordedBody(body);
        let all = '';
        let letter = 0;
        let current: ReturnType<typeof createReader> | undefined = createReader();
        recorded.start(current.reader);
        for (const one of steps) {
          if (one.do === 'comes') {
            const chunk = bytes(one.length, String.fromCharCode(97 + (letter++ % 26)));
            all += chunk.toString('latin1');
            reader()?.data(chunk);
          } else if (one.do === 'fails') {
            recorded.discard();
            current = undefined;
          } else if (current === undefined && !recorded.taken) {
            current = createReader();
            recorded.start(current.reader);
          }
          if (current !== undefined) expect(current.got.text).toBe(all);
          if (all.length <= MOST) expect(recorded.taken).toBe(false);
        }
      }),
    );
  });
});
