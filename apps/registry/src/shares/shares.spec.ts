import fc from 'fast-check';
import { createShares, type Holder } from './shares';

const fairly = (bound: number) => createShares({ bound, fair: true });

/** Takes as many places as it is given. */
function takeAll(shares: ReturnType<typeof fairly>, holder: Holder): number {
  let taken = 0;
  for (; shares.verdict(holder) === 'free'; taken += 1) shares.take(holder);
  return taken;
}

describe('shares', () => {
  it.each(['identity', 'address', 'service'] as const)(
    'leave half to the others, whoever takes all it can get by its %s',
    (dimension) => {
      const shares = fairly(100);
      expect(takeAll(shares, { [dimension]: 'greedy' })).toBe(50);
      expect(shares.verdict({ [dimension]: 'greedy' })).toBe(dimension);
      expect(shares.verdict({ [dimension]: 'another' })).toBe('free');
      expect(takeAll(shares, { [dimension]: 'another' })).toBe(25);
    },
  );

  it('are everything for whoever cannot be told from others, until it is taken', () => {
    const shares = fairly(10);
    expect(takeAll(shares, {})).toBe(10);
    expect(shares.verdict({ identity: 'a' })).toBe('full');
  });

  it('are for whoever comes first where they are not to be fair', () => {
    const shares = createShares({ bound: 10, fair: false });
    expect(takeAll(shares, { identity: 'greedy' })).toBe(10);
    expect(shares.verdict({ identity: 'a' })).toBe('full');
  });

  it.each([1, 2, 3])('of %d places give everybody who has none the next one', (bound) => {
    const shares = fairly(bound);
    for (let n = 0; n < bound; n += 1) {
      expect(shares.verdict({ identity: `${n}` })).toBe('free');
      shares.take({ identity: `${n}` });
    }
    expect(shares.verdict({ identity: 'late' })).toBe('full');
  });

  it('are given back once, however often that is said', () => {
    const shares = fairly(4);
    const release = shares.take({ identity: 'a', address: 'x' }, 2);
    shares.take({ identity: 'b' });
    expect(shares.verdict({ identity: 'a' })).toBe('identity');
    expect(shares.verdict({ address: 'x' })).toBe('address');
    release();
    release();
    expect(shares.taken).toBe(1);
    expect(shares.verdict({ identity: 'a', address: 'x' }, 3)).toBe('free');
    expect(shares.verdict({ identity: 'c' }, 4)).toBe('full');
  });

  it('turn away nobody who has less than is free, and never more are taken than there are', () => {
    const who = fc.record({
      identity: fc.constantFrom('a', 'b', 'c'),
      address: fc.constantFrom('x', 'y', 'z'),
    });
    const step = fc.tuple(who, fc.boolean());
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.array(step, { maxLength: 100 }), (bound, steps) => {
        const shares = fairly(bound);
        const held: { holder: Required<Pick<Holder, 'identity' | 'address'>>; release: () => void }[] = [];
        for (const [holder, takes] of steps) {
          if (!takes) {
            held.shift()?.release();
            continue;
          }
          const free = bound - held.length;
          const of = (name: 'identity' | 'address') =>
            held.filter((each) => each.holder[name] === holder[name]).length;
          const has = Math.max(of('identity'), of('address'));
          const verdict = shares.verdict(holder);
          expect(verdict === 'free').toBe(free > 0 && has < free);
          if (verdict === 'free') held.push({ holder, release: shares.take(holder) });
          expect(shares.taken).toBe(held.length);
          expect(held.length).toBeLessThanOrEqual(bound);
        }
      }),
    );
  });
});
