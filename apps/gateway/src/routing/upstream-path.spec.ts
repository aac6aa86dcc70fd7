import { upstreamPath } from './upstream-path';

describe('upstreamPath', () => {
  it.each([
    ['/products', false, '/products/7', '', '/products/7'],
    ['/products', true, '/products/7', '', '/7'],
    ['/products', true, '/products', '', '/'],
    ['/products', true, '/products/', '', '/'],
    ['/', true, '/a', '', '/a'],
    ['/products', true, '/products//evil/x', '', '/evil/x'],
    ['/products', true, '/products/\\evil/x', '', '/evil/x'],
    ['/products', false, '/products//x', '', '/products//x'],
    ['/products', false, '/products', '/base', '/base/products'],
    ['/products', true, '/products', '/base', '/base/'],
  ])(
    'prefix %s (strip: %s), path %s at base "%s" becomes %s',
    (pathPrefix, stripPrefix, path, base, expected) => {
      const target = { path, query: '?q=1', host: '' };
      expect(upstreamPath({ pathPrefix, stripPrefix }, target, base)).toBe(`${expected}?q=1`);
    },
  );
});
