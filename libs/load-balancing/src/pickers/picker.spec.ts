import fc from 'fast-check';
import { aCandidate, candidatesOf, countById, evenRandom, someRandom } from '../../test/support/a-candidate';
import { createPicker, PICKER_NAMES } from './create-picker';

const lists = fc.uniqueArray(
  fc
    .record({
      id: fc.string({ minLength: 1, maxLength: 4 }),
      weight: fc.integer({ min: 1, max: 1000 }),
      inFlight: fc.nat(50),
      ms: fc.nat(2000),
      since: fc.integer({ min: -1000, max: 1000 }),
      zone: fc.constantFrom(null, 'a', 'b'),
    })
    .map(({ id, ...given }) => aCandidate(id, given)),
  { selector: ({ id }) => id, maxLength: 20 },
);
const keys = fc.option(fc.string(), { nil: undefined });

describe.each(PICKER_NAMES)('the %s picker', (name) => {
  it('picks a member of whatever list it is given, and nothing of an empty one', () => {
    fc.assert(
      fc.property(fc.array(lists, { maxLength: 10 }), someRandom, keys, (rounds, random, key) => {
        const picker = createPicker(name, { random, zone: 'a', maxLoad: 1.25, slowStartMs: 500 });
        for (const [now, list] of rounds.entries()) {
          const chosen = picker.pick(list, now, key);
          if (list.length === 0) expect(chosen).toBeUndefined();
          else expect(list).toContain(chosen);
        }
      }),
    );
  });

  it('leaves nobody out for ever', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), (size) => {
        const picker = createPicker(name, { random: evenRandom() });
        const list = candidatesOf(size);
        const picked = Array.from({ length: size * 50 }, () => picker.pick(list, 0));
        expect(countById(picked).size).toBe(size);
      }),
    );
  });
});
