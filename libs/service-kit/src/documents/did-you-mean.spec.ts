import { didYouMean } from './did-you-mean';

describe('didYouMean', () => {
  it.each([
    ['servic', 'service'],
    ['srevice', 'service'],
    ['Service', 'service'],
    ['path', undefined],
    ['path-prefix', 'path_prefix'],
    ['hots', 'host'],
    ['x', undefined],
    ['', undefined],
    ['service'.repeat(40), undefined],
  ])('takes %s for %s', (written, meant) => {
    expect(didYouMean(written, ['service', 'path_prefix', 'host'])).toBe(meant);
  });

  it('prefers the nearest, and of two the first', () => {
    expect(didYouMean('read', ['reads', 'red', 'read'])).toBe('read');
    expect(didYouMean('reax', ['read', 'real'])).toBe('read');
  });
});
