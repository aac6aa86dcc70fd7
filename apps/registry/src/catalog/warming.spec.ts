import { createWarming } from './warming';

const LEASE_MS = 30_000;
/** The wall clock is ahead by this. */
const WALL = 1_700_000_000_000;

const at = (now: number) => ({ now, epochMs: WALL + now });

describe('a catalog is warming', () => {
  it.each([
    ['that begins at this moment', WALL + 5000, true],
    ['that began less than a lease ago', WALL + 5000 - LEASE_MS + 1, true],
    ['that began a lease ago', WALL + 5000 - LEASE_MS, false],
    ['of long ago', 1, false],
  ])('one %s: for one lease from now on', (_, begunAt, isWarming) => {
    const warming = createWarming(LEASE_MS);
    warming.begin({ begunAt }, at(5000));
    expect(warming.isWarming(5000 + LEASE_MS - 1)).toBe(isWarming);
    expect(warming.isWarming(5000 + LEASE_MS)).toBe(false);
  });

  it('once more when another takes its place', () => {
    const warming = createWarming(LEASE_MS);
    warming.begin({ begunAt: 1 }, at(0));
    expect(warming.isWarming(0)).toBe(false);
    warming.begin({ begunAt: WALL + 100_000 }, at(100_000));
    expect(warming.isWarming(100_000 + LEASE_MS - 1)).toBe(true);
  });

  it('for as long as before when what takes its place is older', () => {
    const warming = createWarming(LEASE_MS);
    warming.begin({ begunAt: WALL }, at(0));
    warming.begin({ begunAt: 1 }, at(1000));
    expect(warming.isWarming(LEASE_MS - 1)).toBe(true);
  });
});
