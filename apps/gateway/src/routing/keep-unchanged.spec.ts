import { aRoute } from '../../test/support/a-policy-request';
import { keepUnchanged } from './keep-unchanged';

describe('keepUnchanged', () => {
  const a = () => aRoute({ pathPrefix: '/a' });
  const reader = () => aRoute({ pathPrefix: '/b', methods: ['GET'] });
  const writer = () => aRoute({ pathPrefix: '/b', methods: ['POST'] });

  it('keeps the objects of what is as before, in the new order', () => {
    const before = [a(), reader(), writer()];
    const kept = keepUnchanged(before, [writer(), a(), reader()]);
    expect(kept.map((route) => before.indexOf(route))).toEqual([2, 0, 1]);
  });

  it('takes the new one for whatever has changed', () => {
    const before = aRoute({ policy: { bodyLimitBytes: 1 } });
    const after = aRoute({ policy: { bodyLimitBytes: 2 } });
    expect(keepUnchanged([before], [after])[0]).toBe(after);
  });

  it('finds each of many thousands by its name', () => {
    const many = () => Array.from({ length: 10_000 }, (_, index) => aRoute({ pathPrefix: `/r${index}` }));
    const before = many();
    const kept = keepUnchanged(before, many());
    expect(kept.every((route, index) => route === before[index])).toBe(true);
  });
});
