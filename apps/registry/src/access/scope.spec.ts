import { EVERY_SCOPE, includesScope, parseScope, type NeededScope, type Scope } from './scope';

describe('parseScope', () => {
  it.each(['read', 'admin', 'write:*', 'write:product', 'write:a.b_c-1', `write:${'x'.repeat(63)}`])(
    'knows %s',
    (text) => {
      expect(parseScope(text)).toBe(text);
    },
  );

  it.each([
    '',
    'Read',
    'write',
    'write:',
    'write:**',
    'write:prod*',
    'write:a b',
    'write:a:b',
    'write:"',
    'read:product',
    `write:${'x'.repeat(64)}`,
    ' read',
  ])('knows no "%s"', (text) => {
    expect(parseScope(text)).toBeUndefined();
  });
});

describe('includesScope', () => {
  it.each<[readonly Scope[], NeededScope, boolean]>([
    [['read'], 'read', true],
    [['read'], 'admin', false],
    [['read'], 'write', false],
    [['read'], 'write:product', false],
    [['write:product'], 'write:product', true],
    [['write:product'], 'write:order', false],
    [['write:product'], 'write:product2', false],
    [['write:product'], 'write:Product', false],
    [['write:product'], 'write', true],
    [['write:product'], 'read', false],
    [['write:*'], 'write:product', true],
    [['write:*'], 'write', true],
    [['write:*'], 'read', false],
    [['write:*'], 'admin', false],
    [['admin'], 'admin', true],
    [['admin'], 'read', false],
    [['admin'], 'write:product', false],
    [[], 'read', false],
    [['read', 'write:order'], 'write:order', true],
  ])('%j for %s: %s', (held, needed, included) => {
    expect(includesScope(held, needed)).toBe(included);
  });

  it('gives every scope everything', () => {
    const needs: readonly NeededScope[] = ['read', 'admin', 'write', 'write:product'];
    expect(needs.every((needed) => includesScope(EVERY_SCOPE, needed))).toBe(true);
  });
});
