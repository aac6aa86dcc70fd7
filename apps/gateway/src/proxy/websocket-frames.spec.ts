import fc from 'fast-check';
import { createFrameTracker } from './websocket-frames';

const dataFrame = fc
  .record({
    first: fc.constantFrom(0x01, 0x02, 0x80, 0x81, 0x82, 0xc1, 0x89, 0x8a),
    size: fc.constantFrom(0, 1, 125, 126, 127, 300, 65_535, 65_536, 70_000),
    wide: fc.boolean(),
  })
  .map(({ first, size, wide }) => frame(first, size, wide));

function frame(first: number, size: number, wide = false): Buffer {
  if (wide || size > 65_535) {
    const head = Buffer.alloc(10);
    head.set([first, 127]);
    head.writeBigUInt64BE(BigInt(size), 2);
    return Buffer.concat([head, Buffer.alloc(size, 0x88)]);
  }
  const head = size < 126 ? [first, size] : [first, 126, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from(head), Buffer.alloc(size, 0x88)]);
}

/** Cut at these places, in any order and as often as they come. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

/** Where the tracker found boundaries, from the start of the stream. */
function boundariesOf(chunks: readonly Buffer[]): { found: number[]; sealed: boolean } {
  const tracker = createFrameTracker();
  const found: number[] = [];
  let before = 0;
  for (const chunk of chunks) {
    for (let offset = 0; offset < chunk.length; ) {
      offset = tracker.advance(chunk, offset);
      if (tracker.atBoundary) found.push(before + offset);
    }
    before += chunk.length;
  }
  return { found, sealed: tracker.sealed };
}

describe('the boundaries of WebSocket frames', () => {
  it('are where the frames end, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(dataFrame, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (frames, places) => {
          const { found, sealed } = boundariesOf(cut(Buffer.concat(frames), places));
          let end = 0;
          expect(found).toEqual(frames.map(({ length }) => (end += length)));
          expect(sealed).toBe(false);
        },
      ),
    );
  });

  it('are at the start, before anything came', () => {
    expect(createFrameTracker()).toMatchObject({ atBoundary: true, sealed: false });
  });

  it.each([
    ['a Close frame', frame(0x88, 2)],
    ['a masked frame', Buffer.from([0x81, 0x85, 1, 2, 3, 4])],
    ['a reserved opcode', Buffer.from([0x83, 0x01, 0x00])],
    ['a length beyond all reason', Buffer.concat([Buffer.from([0x82, 127]), Buffer.alloc(8, 0xff)])],
  ])('are sealed by %s', (_what, bytes) => {
    expect(boundariesOf([frame(0x81, 5), bytes, frame(0x81, 5)])).toEqual({ found: [7], sealed: true });
  });

  it('are looked for in garbage without a fault', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
        const { found } = boundariesOf(chunks.map((chunk) => Buffer.from(chunk)));
        expect(found).toEqual(found.toSorted((a, b) => a - b));
      }),
    );
  });
});
