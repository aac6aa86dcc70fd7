import fc from 'fast-check';
import { aCandidate, candidatesOf, countById } from '../../test/support/a-candidate';
import type { Candidate } from '../candidates/candidate';
import { createRingHash } from './ring-hash';

const KEYS = Array.from({ length: 500 }, (_, index) => `user-${index}`);
const homes = (list: readonly Candidate[]) => {
  const picker = createRingHash({ random: () => 0 });
  return new Map(KEYS.map((key) => [key, picker.pick(list, 0, key)?.id]));
};
const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 12 });

describe('ring hash', () => {
  it('moves only the keys of who goes, and only to who comes', () => {
    fc.assert(
      fc.property(ids, fc.nat(), (given, which) => {
        const list = given.map((id) => aCandidate(id));
        const gone = list[which % list.length];
        const before = homes(list);
        const after = homes(list.filter((one) => one !== gone));
        for (const key of KEYS)
          if (before.get(key) === gone?.id) expect(after.get(key)).not.toBe(gone?.id);
          else expect(after.get(key)).toBe(before.get(key));
      }),
      { numRuns: 40 },
    );
  });

  it('depends on who is there and not on their order', () => {
    fc.assert(
      fc.property(ids, (given) => {
        const list = given.map((id) => aCandidate(id));
        expect(homes([...list].reverse())).toEqual(homes(list));
      }),
      { numRuns: 40 },
    );
  });

  it('spreads the keys by weight, roughly', () => {
    const list = [aCandidate('light', { weight: 100 }), aCandidate('heavy', { weight: 300 })];
    const picker = createRingHash({ random: () => 0 });
    const counts = countById(
      Array.from({ length: 4000 }, (_, index) => picker.pick(list, 0, `key ${index}`)),
    );
    expect(counts.get('heavy')).toBeGreaterThan(2 * (counts.get('light') ?? 0));
    expect(counts.get('light')).toBeGreaterThan(500);
  });

  it('gives ten equals between half and twice an even share each', () => {
    const picker = createRingHash({ random: () => 0 });
    const list = candidatesOf(10);
    const counts = countById(Array.from({ length: 10_000 }, (_, index) => picker.pick(list, 0, `${index}`)));
    for (const { id } of list) {
      expect(counts.get(id)).toBeGreaterThan(500);
      expect(counts.get(id)).toBeLessThan(2000);
    }
  });

  it('goes on to the next one when an instance has more than its bounded load, and comes back', () => {
    const live = candidatesOf(4).map((one) => ({ ...one, inFlight: 0 }));
    const picker = createRingHash({ random: () => 0, maxLoad: 1.25 });
    const home = picker.pick(live, 0, 'popular');
    for (const one of live) one.inFlight = one.id === home?.id ? 8 : 4;
    const away = picker.pick(live, 0, 'popular');
    expect(away).not.toBe(home);
    expect(picker.pick(live, 0, 'popular')).toBe(away);
    for (const one of live) one.inFlight = 4;
    expect(picker.pick(live, 0, 'popular')).toBe(home);
  });

  it('never lets one have more than its bounded load, whatever the keys', () => {
    const maxLoad = 1.25;
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.array(fc.nat(3), { maxLength: 100 }), (size, keys) => {
        const live = candidatesOf(size).map((one) => ({ ...one, inFlight: 0 }));
        const picker = createRingHash({ random: () => 0, maxLoad });
        for (const [index, key] of keys.entries()) {
          const chosen = live.find((one) => one === picker.pick(live, 0, `key ${key}`));
          if (chosen === undefined) throw new Error('nobody picked');
          chosen.inFlight += 1;
          expect(chosen.inFlight).toBeLessThanOrEqual(Math.ceil((maxLoad * (index + 1)) / size));
        }
      }),
    );
  });
});
