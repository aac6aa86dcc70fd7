import { byNewest, pageOf } from './page';

const item = (createdAt: number, id = 'a') => ({ createdAt, id });

describe('a page', () => {
  test.each([
    ['nothing found', [], undefined],
    ['fewer than wanted', [item(3)], undefined],
    ['exactly as many as wanted', [item(3), item(2)], undefined],
    ['one more than wanted', [item(3), item(2), item(1)], item(2)],
  ])('of %s', (_what, found, next) => {
    const page = pageOf(found, { limit: 2 });

    expect(page.items).toEqual(found.slice(0, 2));
    expect(page.next).toEqual(next);
  });
});

describe('the order of a list', () => {
  it('is newest first, and by id where the time is the same', () => {
    const items = [item(1, 'a'), item(2, 'a'), item(2, 'b'), item(2, 'b')];

    expect(items.sort(byNewest)).toEqual([item(2, 'b'), item(2, 'b'), item(2, 'a'), item(1, 'a')]);
  });
});
