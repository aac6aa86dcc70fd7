import fc from 'fast-check';
import { candidatesOf, countById, someRandom } from '../../test/support/a-candidate';
import { createRoundRobin } from './round-robin';

describe('round robin', () => {
  it('gives equals turns that differ by one at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(200), someRandom, (size, picks, random) => {
        const picker = createRoundRobin(random);
        const list = candidatesOf(size);
        const counts = countById(Array.from({ length: picks }, () => picker.pick(list, 0)));
        const turns = list.map(({ id }) => counts.get(id) ?? 0);
        expect(Math.max(...turns) - Math.min(...turns)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each([
    [0, 'i0'],
    [0.4, 'i1'],
    [0.99, 'i2'],
  ])('starts a new list where chance (%p) says: at %s', (chance, first) => {
    expect(createRoundRobin(() => chance).pick(candidatesOf(3), 0)?.id).toBe(first);
  });

  it('keeps its turn when the same candidates come in another array', () => {
    const picker = createRoundRobin(() => 0);
    const picked = Array.from({ length: 4 }, () => picker.pick(candidatesOf(3), 0)?.id);
    expect(picked).toEqual(['i0', 'i1', 'i2', 'i0']);
  });

  it('begins anew when the candidates change', () => {
    const picker = createRoundRobin(() => 0.5);
    picker.pick(candidatesOf(2), 0);
    expect(picker.pick(candidatesOf(4), 0)?.id).toBe('i2');
  });
});
