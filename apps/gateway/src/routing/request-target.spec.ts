import { parseRequestTarget } from './request-target';

describe('parseRequestTarget', () => {
  it.each([
    [
      '/products?limit=2',
      'Shop.Example:8000',
      { path: '/products', query: '?limit=2', host: 'shop.example' },
    ],
    ['/', undefined, { path: '/', query: '', host: '' }],
    ['/a/?', '[0:0::1]:8000', { path: '/a/', query: '?', host: '[::1]' }],
    ['/', 'Shop.Example.:80', { path: '/', query: '', host: 'shop.example' }],
    ['/a//b', 'h', { path: '/a//b', query: '', host: 'h', readings: { from: 2, all: expect.any(Function) } }],
    ['/a?b=../c', 'h', { path: '/a', query: '?b=../c', host: 'h' }],
    ['/...', 'h', { path: '/...', query: '', host: 'h' }],
    [
      'HTTP://Shop.Example.:81/a',
      'h',
      { path: '/a', query: '', host: 'shop.example', authority: 'Shop.Example.:81' },
    ],
    [
      'http://other.example:81/a?b',
      'ignored.example',
      { path: '/a', query: '?b', host: 'other.example', authority: 'other.example:81' },
    ],
    [
      'http://other.example',
      'h',
      { path: '/', query: '', host: 'other.example', authority: 'other.example' },
    ],
    [
      'http://other.example?x',
      'h',
      { path: '/', query: '?x', host: 'other.example', authority: 'other.example' },
    ],
  ])('%s with Host %s', (url, host, expected) => {
    expect(parseRequestTarget(url, host)).toEqual(expected);
  });

  it('takes the server as a whole for a target', () => {
    expect(parseRequestTarget('*', 'h')).toEqual({ path: '*', query: '', host: 'h' });
  });

  it.each([
    ['/products/../orders', 'h'],
    ['/products/%2E%2e/orders', 'h'],
    ['/products/.', 'h'],
    ['/products/.%2e', 'h'],
    ['ftp://h/x', 'h'],
    ['http:///x', 'h'],
    ['http://h\\x/y', 'h'],
    ['/a#b', 'h'],
    ['/a%00.png', 'h'],
    ['/', 'sh%6fp.example'],
    ['/', 'a b'],
    ['/', 'user@host'],
    ['/', 'h:port'],
    ['/', 'h/path'],
  ])('refuses %s with Host %s', (url, host) => {
    expect(parseRequestTarget(url, host)).toHaveProperty('fault');
  });
});
