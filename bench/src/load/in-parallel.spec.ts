import { inParallel } from './in-parallel';

describe('in parallel', () => {
  it('does everything once, never more at a time than allowed', async () => {
    const items = Array.from({ length: 50 }, (_, index) => index);
    const done: number[] = [];
    let underWay = 0;
    let most = 0;
    await inParallel(items, 4, async (item) => {
      most = Math.max(most, ++underWay);
      await new Promise(setImmediate);
      underWay--;
      done.push(item);
    });
    expect(done.toSorted((left, right) => left - right)).toEqual(items);
    expect(most).toBe(4);
  });

  it('fails with the first failure', async () => {
    const failing = inParallel([1, 2, 3], 2, async (item) => {
      if (item === 2) throw new Error('no room');
    });
    await expect(failing).rejects.toThrow('no room');
  });
});
