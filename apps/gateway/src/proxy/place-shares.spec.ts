import fc from 'fast-check';
import { createPlaceShares } from './place-shares';

/** How many places are taken when somebody takes as many as there are. */
function fill(
  shares: ReturnType<typeof createPlaceShares>,
  service: string,
  caller: (n: number) => string,
): number {
  let count = 0;
  while (count < 10_000 && shares.take(service, caller(count)) === 'taken') count += 1;
  return count;
}
const many = (n: number): string => `c${n}`;
const one = (): string => 'c';

describe('places for held requests', () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [1000, 500],
  ])('of %i one service may take %i', (capacity, share) => {
    expect(fill(createPlaceShares(capacity), 'dead', many)).toBe(share);
  });

  it('are left for every service that comes later', () => {
    const shares = createPlaceShares(1000);
    expect(['a', 'b', 'c', 'd'].map((service) => fill(shares, service, many))).toEqual([500, 250, 125, 63]);
  });

  it('are left by one caller for the others of its service', () => {
    const shares = createPlaceShares(1000);
    expect(fill(shares, 'dead', one)).toBe(429);
    expect(shares.take('dead', 'c')).toBe('caller-over-share');
    expect(shares.take('dead', 'other')).toBe('taken');
    expect(fill(shares, 'dead', many)).toBeGreaterThan(50);
    expect(shares.take('dead', 'yet another')).toBe('service-over-share');
    expect(shares.take('alive', 'c')).toBe('taken');
  });

  it('none is there where there is no capacity', () => {
    expect(createPlaceShares(0).take('a', 'c')).toBe('service-over-share');
  });

  it('are never more than there are, and all come back, whoever takes and releases', () => {
    const step = fc.record({
      service: fc.constantFrom('a', 'b', 'c'),
      caller: fc.constantFrom('x', 'y'),
      take: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.array(step, { maxLength: 200 }), (capacity, steps) => {
        const shares = createPlaceShares(capacity);
        const taken = (): number => Array.from(shares.byService().values()).reduce((a, b) => a + b, 0);
        const held: [string, string][] = [];
        for (const { service, caller, take } of steps) {
          const owned = held.findIndex(([s, c]) => s === service && c === caller);
          if (take && shares.take(service, caller) === 'taken') held.push([service, caller]);
          if (!take && owned !== -1) shares.release(...(held.splice(owned, 1)[0] ?? ['', '']));
          expect(taken()).toBe(held.length);
          expect(taken()).toBeLessThanOrEqual(capacity);
        }
        for (const [service, caller] of held) shares.release(service, caller);
        expect(taken()).toBe(0);
        expect(shares.take('new', 'new')).toBe('taken');
      }),
    );
  });
});
