import fc from 'fast-check';
import { createTurnQueue } from './turn-queue';

describe('turn queue', () => {
  it('always names the earliest, and of equals the first', () => {
    const times = fc.array(fc.nat(20), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(times, fc.array(fc.nat(20), { maxLength: 50 }), (given, delays) => {
        const known = [...given];
        const queue = createTurnQueue(given);
        for (const delay of delays) {
          const earliest = known.indexOf(Math.min(...known));
          expect(queue.next).toBe(earliest);
          known[earliest] = (known[earliest] ?? 0) + delay;
          queue.postpone(known[earliest] ?? 0);
        }
      }),
    );
  });

  it('names nobody when there is nobody', () => {
    const queue = createTurnQueue([]);
    queue.postpone(1);
    expect(queue.next).toBe(-1);
  });
});
