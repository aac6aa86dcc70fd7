import fc from 'fast-check';
import type { Candidate } from './candidate';
import { createPicker, PICKER_NAMES } from './picker-name';
import { createRoundRobin } from './round-robin';
import { createTwoChoices } from './two-choices';
import { createWeighted } from './weighted';

const candidate = (id: string, given: Partial<Candidate> = {}): Candidate => ({
  id,
  weight: 100,
  inFlight: 0,
  ...given,
});

const candidates = (ids: readonly string[]) => ids.map((id) => candidate(id));

/** A picker's random numbers: a seeded sequence in [0, 1). */
const randoms = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
const toRandom = (stream: Iterator<number>) => () => Number(stream.next().value);

const lists = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 4 }),
    weight: fc.integer({ min: 1, max: 1000 }),
    inFlight: fc.nat(50),
  }),
  { selector: ({ id }) => id, maxLength: 20 },
);

const countById = (picked: readonly (Candidate | undefined)[]) => {
  const counts = new Map<string, number>();
  for (const { id } of picked.filter((one) => one !== undefined)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
};

describe.each(PICKER_NAMES)('the %s picker', (name) => {
  it('picks a member of whatever list it is given, and nothing of an empty one', () => {
    fc.assert(
      fc.property(fc.array(lists, { maxLength: 10 }), randoms, (rounds, stream) => {
        const picker = createPicker(name, toRandom(stream));
        for (const list of rounds) {
          const chosen = picker.pick(list);
          if (list.length === 0) expect(chosen).toBeUndefined();
          else expect(list).toContain(chosen);
        }
      }),
    );
  });

  it('leaves nobody out for ever', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), (size) => {
        let seed = 0;
        // A low-discrepancy sequence: every region of [0, 1) comes up again and again.
        const picker = createPicker(name, () => (seed = (seed + 0.618_033_988_749_895) % 1));
        const list = candidates(Array.from({ length: size }, (_, index) => `i${index}`));
        const picked = Array.from({ length: size * 50 }, () => picker.pick(list));
        expect(countById(picked).size).toBe(size);
      }),
    );
  });
});

describe('round robin', () => {
  it('gives equals turns that differ by one at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(200), randoms, (size, picks, stream) => {
        const picker = createRoundRobin(toRandom(stream));
        const list = candidates(Array.from({ length: size }, (_, index) => `i${index}`));
        const counts = countById(Array.from({ length: picks }, () => picker.pick(list)));
        const turns = list.map(({ id }) => counts.get(id) ?? 0);
        expect(Math.max(...turns) - Math.min(...turns)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each([
    [0, 'a'],
    [0.4, 'b'],
    [0.99, 'c'],
  ])('starts a new list where chance (%p) says: at %s', (chance, first) => {
    expect(createRoundRobin(() => chance).pick(candidates(['a', 'b', 'c']))?.id).toBe(first);
  });

  it('keeps its turn when the same candidates come in another array', () => {
    const picker = createRoundRobin(() => 0);
    const picked = Array.from({ length: 4 }, () => picker.pick(candidates(['a', 'b', 'c']))?.id);
    expect(picked).toEqual(['a', 'b', 'c', 'a']);
  });

  it('begins anew when the candidates change', () => {
    const picker = createRoundRobin(() => 0.5);
    picker.pick(candidates(['a', 'b']));
    expect(picker.pick(candidates(['a', 'b', 'c', 'd']))?.id).toBe('c');
  });
});

describe('weighted', () => {
  it('gives each its weight over a whole cycle, wherever the cycle begins', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(weights, fc.nat(40), randoms, (given, before, stream) => {
        const picker = createWeighted(toRandom(stream));
        const list = given.map((weight, index) => candidate(`i${index}`, { weight }));
        for (let pick = 0; pick < before; pick += 1) picker.pick(list);
        const cycle = given.reduce((sum, weight) => sum + weight, 0);
        const counts = countById(Array.from({ length: cycle }, () => picker.pick(list)));
        expect(list.map(({ id }) => counts.get(id) ?? 0)).toEqual(given);
      }),
    );
  });

  it('spreads the picks of a heavy candidate instead of making them in a burst', () => {
    const picker = createWeighted(() => 0);
    const list = [
      candidate('a', { weight: 5 }),
      candidate('b', { weight: 1 }),
      candidate('c', { weight: 1 }),
    ];
    const picked = Array.from({ length: 7 }, () => picker.pick(list)?.id);
    expect(picked).toEqual(['a', 'a', 'b', 'a', 'c', 'a', 'a']);
  });

  it('follows a changed weight', () => {
    const picker = createWeighted(() => 0);
    picker.pick([candidate('a'), candidate('b')]);
    const list = [candidate('a', { weight: 1 }), candidate('b', { weight: 3 })];
    expect(countById(Array.from({ length: 4 }, () => picker.pick(list)))).toEqual(
      new Map([
        ['b', 3],
        ['a', 1],
      ]),
    );
  });
});

describe('two choices', () => {
  it('never picks the busier of the two it has drawn', () => {
    fc.assert(
      fc.property(
        lists.filter((list) => list.length >= 2),
        randoms,
        (list, stream) => {
          const busiest = Math.max(...list.map(({ inFlight }) => inFlight));
          const chosen = createTwoChoices(toRandom(stream)).pick(list);
          const onlyOneIsBusiest = list.filter(({ inFlight }) => inFlight === busiest).length === 1;
          if (onlyOneIsBusiest) expect(chosen?.inFlight).toBeLessThan(busiest);
        },
      ),
    );
  });
});
