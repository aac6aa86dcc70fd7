import { changeTooLarge } from '../errors';
import { inParts } from './in-parts';

const tooLarge = changeTooLarge('It takes less.', new Error('refused'));

/** Work on numbers, of which an engine takes those of a part whose sum is not above `limit`. */
function takingUpTo(limit: number, calls: (readonly number[])[] = []) {
  return (part: readonly number[]): Promise<readonly number[]> => {
    calls.push(part);
    return part.reduce((sum, each) => sum + each, 0) > limit
      ? Promise.reject(tooLarge)
      : Promise.resolve(part);
  };
}

describe('work in parts', () => {
  it.each([
    [2, [[1, 2], [3, 4], [5]]],
    [5, [[1, 2, 3, 4, 5]]],
    [Infinity, [[1, 2, 3, 4, 5]]],
  ])('is done on %d at a time', async (most, parts) => {
    const { results, failures } = await inParts([1, 2, 3, 4, 5], most, takingUpTo(100));
    expect([results, failures]).toEqual([parts, []]);
  });

  it('is nothing for nobody', async () => {
    expect(await inParts([], Infinity, () => Promise.reject(tooLarge))).toEqual({
      results: [],
      failures: [],
    });
  });

  it('is done in halves, and those in halves, where a part is too large, and as before afterwards', async () => {
    const { results, failures } = await inParts([9, 1, 9, 1, 1, 1, 1, 1], 4, takingUpTo(10));
    expect(results).toEqual([
      [9, 1],
      [9, 1],
      [1, 1, 1, 1],
    ]);
    expect(failures).toEqual([]);
  });

  it('is done for all others where one is too large by itself', async () => {
    const calls: (readonly number[])[] = [];
    const { results, failures } = await inParts([1, 1, 99, 1, 1], 5, takingUpTo(10, calls));
    expect(results.flat()).toEqual([1, 1, 1, 1]);
    expect(failures).toEqual([tooLarge]);
    expect(calls.length).toBeLessThanOrEqual(9);
  });

  it('ends at a refusal for another reason, with what was done before', async () => {
    const away = new Error('the store is away');
    const calls: (readonly number[])[] = [];
    const { results, failures } = await inParts([1, 2, 3], 1, (part) => {
      calls.push(part);
      return part[0] === 2 ? Promise.reject(away) : Promise.resolve(part);
    });
    expect([results, failures, calls]).toEqual([[[1]], [away], [[1], [2]]]);
  });

  it('begins in the turn in which it was asked for', () => {
    const calls: (readonly number[])[] = [];
    void inParts([1], 1, takingUpTo(1, calls));
    expect(calls).toEqual([[1]]);
  });
});
