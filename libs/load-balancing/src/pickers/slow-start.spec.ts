import { aCandidate, candidatesOf, countById, evenRandom } from '../../test/support/a-candidate';
import { createRandom } from './create-picker';
import { createRoundRobin } from './round-robin';
import { createSlowStart, warmShare } from './slow-start';

describe('warmShare', () => {
  it.each([
    [0, 0.1],
    [999, 0.1],
    [1000, 0.1],
    [5000, 0.5],
    [9999, 0.9999],
    [10_000, 1],
    [Infinity, 1],
  ])('after %p of 10000 ms is %p', (ageMs, share) => {
    expect(warmShare(ageMs, 10_000)).toBeCloseTo(share);
  });
});

describe('slow start', () => {
  const list = [...candidatesOf(3), aCandidate('new', { since: 0 })];
  const share = (now: number, windowMs: number) => {
    const random = evenRandom();
    const picker = createSlowStart(createRoundRobin(random), { windowMs, random });
    const counts = countById(Array.from({ length: 4000 }, () => picker.pick(list, now)));
    return (counts.get('new') ?? 0) / 4000;
  };

  it('gives a newcomer a share that rises to that of the others', () => {
    expect(share(0, 10_000)).toBeLessThan(0.05);
    const half = share(5000, 10_000);
    expect(half).toBeGreaterThan(0.1);
    expect(half).toBeLessThan(0.18);
    expect(share(10_000, 10_000)).toBe(0.25);
  });

  it('spares nobody without a window', () => {
    expect(share(0, 0)).toBe(0.25);
  });

  it('picks evenly among newcomers only', () => {
    const random = evenRandom();
    const picker = createSlowStart(createRandom(random), { windowMs: 1000, random });
    const fresh = candidatesOf(4, { since: 0 });
    const counts = countById(Array.from({ length: 4000 }, () => picker.pick(fresh, 0)));
    expect(Math.min(...counts.values())).toBeGreaterThan(500);
  });
});
