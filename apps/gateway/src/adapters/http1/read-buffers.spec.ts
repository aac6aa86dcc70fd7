import { BULK_READ_BYTES, createReadBuffers, READ_BYTES, type ReadBuffer } from './read-buffers';

describe('a pool of read buffers', () => {
  const taken = (buffer: ReadBuffer | undefined): ReadBuffer => {
    if (buffer === undefined) throw new Error('the pool had no buffer');
    return buffer;
  };

  it('has a buffer back when its reader has left it and every loan is released, in any order', () => {
    const pool = createReadBuffers();
    const buffer = taken(pool.take(READ_BYTES));
    const [first, second] = [buffer.lend(), buffer.lend()];
    first();
    buffer.leave();
    expect(pool.counts()).toEqual({ usedBytes: READ_BYTES, freeBytes: 0 });
    second();
    expect(pool.counts()).toEqual({ usedBytes: 0, freeBytes: READ_BYTES });
    expect(pool.take(READ_BYTES)).toBe(buffer);
  });

  it('does not have it back early when a loan is released twice', () => {
    const pool = createReadBuffers();
    const buffer = taken(pool.take(READ_BYTES));
    const [first, second] = [buffer.lend(), buffer.lend()];
    buffer.leave();
    first();
    first();
    expect(pool.counts().usedBytes).toBe(READ_BYTES);
    second();
    second();
    expect(pool.counts()).toEqual({ usedBytes: 0, freeBytes: READ_BYTES });
  });

  it('ignores the release of an earlier use', () => {
    const pool = createReadBuffers();
    const buffer = taken(pool.take(READ_BYTES));
    const early = buffer.lend();
    early();
    buffer.leave();
    const again = taken(pool.take(READ_BYTES));
    const late = again.lend();
    again.leave();
    early();
    expect(pool.counts().usedBytes).toBe(READ_BYTES);
    late();
    expect(pool.counts().usedBytes).toBe(0);
  });

  it('has no buffer beyond its bound, and one again after a return', () => {
    const pool = createReadBuffers(2 * BULK_READ_BYTES);
    const first = taken(pool.take(BULK_READ_BYTES));
    expect(pool.take(BULK_READ_BYTES)).toBeDefined();
    expect([pool.take(BULK_READ_BYTES), pool.take(READ_BYTES)]).toEqual([undefined, undefined]);
    first.leave();
    expect(pool.take(BULK_READ_BYTES)).toBe(first);
  });

  it('gives up free buffers of one size for the other, and keeps no more than its bound', () => {
    const pool = createReadBuffers(BULK_READ_BYTES);
    for (const buffer of Array.from({ length: 4 }, () => taken(pool.take(READ_BYTES)))) buffer.leave();
    expect(pool.counts()).toEqual({ usedBytes: 0, freeBytes: BULK_READ_BYTES });
    const bulk = taken(pool.take(BULK_READ_BYTES));
    expect(pool.counts()).toEqual({ usedBytes: BULK_READ_BYTES, freeBytes: 0 });
    bulk.leave();
    const small = taken(pool.take(READ_BYTES));
    expect(pool.counts()).toEqual({ usedBytes: READ_BYTES, freeBytes: 0 });
    small.leave();
  });
});
