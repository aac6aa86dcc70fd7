import fc from 'fast-check';
import { aCandidate, countById, someRandom } from '../../test/support/a-candidate';
import { createWeighted } from './weighted';

const weighing = (...weights: number[]) =>
  weights.map((weight, index) => aCandidate(`i${index}`, { weight }));

describe('weighted', () => {
  it('gives each its weight over a whole cycle, wherever the cycle begins', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(weights, fc.nat(40), someRandom, (given, before, random) => {
        const picker = createWeighted(random);
        const list = weighing(...given);
        for (let pick = 0; pick < before; pick += 1) picker.pick(list, 0);
        const cycle = given.reduce((sum, weight) => sum + weight, 0);
        const counts = countById(Array.from({ length: cycle }, () => picker.pick(list, 0)));
        expect(list.map(({ id }) => counts.get(id) ?? 0)).toEqual(given);
      }),
    );
  });

  it('never lets a candidate wait for more than two of its even intervals', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(weights, someRandom, (given, random) => {
        const picker = createWeighted(random);
        const list = weighing(...given);
        const cycle = given.reduce((sum, weight) => sum + weight, 0);
        const picked = Array.from({ length: 3 * cycle }, () => picker.pick(list, 0)?.id);
        for (const { id, weight } of list) {
          const turns = picked.flatMap((one, turn) => (one === id ? [turn] : []));
          const gaps = turns.slice(1).map((turn, index) => turn - (turns[index] ?? 0));
          // One more for each other candidate whose turn falls on the same moment.
          expect(Math.max(...gaps)).toBeLessThanOrEqual((2 * cycle) / weight + list.length);
        }
      }),
    );
  });

  it('spreads the picks of a heavy candidate instead of making them in a burst', () => {
    const picker = createWeighted(() => 0);
    const list = weighing(5, 1, 1);
    const picked = Array.from({ length: 7 }, () => picker.pick(list, 0)?.id);
    expect(picked).toEqual(['i0', 'i0', 'i0', 'i1', 'i2', 'i0', 'i0']);
  });

  it('follows a changed weight, also of candidates that are the same objects', () => {
    const picker = createWeighted(() => 0);
    const [one, other] = [
      { ...aCandidate('a'), weight: 1 },
      { ...aCandidate('b'), weight: 1 },
    ];
    picker.pick([one, other], 0);
    other.weight = 3;
    const list = [one, other];
    expect(countById(Array.from({ length: 4 }, () => picker.pick(list, 0)))).toEqual(
      new Map([
        ['b', 3],
        ['a', 1],
      ]),
    );
  });

  it('keeps its cycle when the same candidates come in another array', () => {
    const picker = createWeighted(() => 0);
    const picked = Array.from({ length: 8 }, () => picker.pick(weighing(3, 1), 0));
    expect(countById(picked)).toEqual(
      new Map([
        ['i0', 6],
        ['i1', 2],
      ]),
    );
  });
});
