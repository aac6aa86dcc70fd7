import { aPolicyRequest, aRoute, decided } from '../../test/support/a-policy-request';
import { rewritePolicy } from './rewrite';

const rewritten = (pathPrefix: string, rewritePrefix: string, path: string) =>
  decided(rewritePolicy, aRoute({ pathPrefix, policy: { rewritePrefix } }), aPolicyRequest({ path }))
    .decisions.target.path;

describe('a rewrite', () => {
  it.each([
    ['/a', '/b/c', '/a', '/b/c'],
    ['/a', '/b', '/a/', '/b/'],
    ['/a', '/b', '/a/1/2', '/b/1/2'],
    ['/a', '/', '/a', '/'],
    ['/a', '/', '/a/1', '/1'],
    ['/a', '/', '/a//evil.example', '/evil.example'],
    ['/', '/b', '/1', '/b/1'],
    ['/', '/b', '/', '/b/'],
  ])('of %s to %s turns %s into %s', (prefix, to, path, expected) => {
    expect(rewritten(prefix, to, path)).toBe(expected);
  });

  it('leaves host and query as they are', () => {
    const { decisions } = decided(
      rewritePolicy,
      aRoute({ pathPrefix: '/a', policy: { rewritePrefix: '/b' } }),
      aPolicyRequest({ path: '/a', query: '?x' }),
    );
    expect(decisions.target).toEqual({ path: '/b', query: '?x', host: 'shop.example' });
  });
});
