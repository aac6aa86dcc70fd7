import { createFakeClock } from '@rollcall/testing';
import { createAttachment, type Attachment } from './attachment';

/** @param earlyMs how long before its time a timer ends, which Node's do by up to a millisecond */
function attachment(earlyMs = 0): {
  clock: ReturnType<typeof createFakeClock>;
  own: Attachment;
  told: boolean[];
} {
  const clock = createFakeClock();
  const own = createAttachment({
    ...clock,
    after: (delayMs, task) => clock.after(delayMs > 1 ? delayMs - earlyMs : delayMs, task),
  });
  const told: boolean[] = [];
  own.onChange((isAttached) => told.push(isAttached));
  return { clock, own, told };
}

describe('whether a replica is attached', () => {
  it('is so before it has joined, since nobody relies on it', async () => {
    const { clock, own, told } = attachment();
    await clock.advance(60_000);
    expect(own.isAttached).toBe(true);
    expect(told).toEqual([]);
  });

  it('ends 8 s after its last report was sent, not after it was confirmed', async () => {
    const { clock, own, told } = attachment();
    await clock.advance(1000);
    own.confirmed(0);
    await clock.advance(6999);
    expect([own.isAttached, told]).toEqual([true, []]);
    await clock.advance(1);
    expect([own.isAttached, told]).toEqual([false, [false]]);
  });

  it.each([0.001, 0.4, 0.999])(
    'is told to have ended also by a timer that is %d ms early',
    async (earlyMs) => {
      const { clock, own, told } = attachment(earlyMs);
      own.confirmed(0);
      await clock.advance(8000);
      expect([own.isAttached, told]).toEqual([false, [false]]);
    },
  );

  it('goes on with each report', async () => {
    const { clock, own, told } = attachment();
    for (let sent = 0; sent < 20; sent += 1) {
      own.confirmed(clock.moment().now);
      await clock.advance(2000);
    }
    expect([own.isAttached, told]).toEqual([true, []]);
  });

  it('is not shortened by a report that was sent earlier and confirmed later', async () => {
    const { clock, own } = attachment();
    await clock.advance(5000);
    own.confirmed(5000);
    own.confirmed(1000);
    await clock.advance(7999);
    expect(own.isAttached).toBe(true);
  });

  it('has ended in a process that was stopped, at once for whoever asks', async () => {
    const { clock, own, told } = attachment();
    own.confirmed(0);
    clock.stall(20_000);
    expect(own.isAttached).toBe(false);
    await clock.advance(0);
    expect(told).toEqual([false]);
  });

  it('begins again with a report that was sent a moment ago, and not with an old one', async () => {
    const { clock, own, told } = attachment();
    own.confirmed(0);
    await clock.advance(20_000);
    own.confirmed(10_000);
    expect([own.isAttached, told]).toEqual([false, [false]]);
    own.confirmed(20_000);
    expect([own.isAttached, told]).toEqual([true, [false, true]]);
  });
});
