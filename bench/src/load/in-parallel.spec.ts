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

  it('takes no more once it may not go on, and says how many it has done', async () => {
    const done: number[] = [];
    const work = async (item: number): Promise<void> => {
      await new Promise(setImmediate);
      done.push(item);
    };
    const count = await inParallel([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3, work, () => done.length < 4);
    expect(count).toBe(done.length);
    expect(count).toBeGreaterThanOrEqual(4);
    expect(count).toBeLessThanOrEqual(6);
    expect(done.toSorted((left, right) => left - right)).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(await inParallel([0, 1, 2], 2, work)).toBe(3);
  });

  it('fails with the first failure', async () => {
    const failing = inParallel([1, 2, 3], 2, async (item) => {
      if (item === 2) throw new Error('no room');
    });
    await expect(failing).rejects.toThrow('no room');
  });
});
