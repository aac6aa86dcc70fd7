import { createOriginTest, originPatternFault } from './origin-pattern';

describe('an origin test', () => {
  const isAllowed = createOriginTest([
    'https://shop.example',
    'https://*.shop.example',
    'http://localhost:3000',
    'http://*.test:8080',
  ]);

  it.each([
    'https://shop.example',
    'https://a.shop.example',
    'https://a-1.shop.example',
    'http://localhost:3000',
    'http://x.test:8080',
  ])('takes %s', (origin) => expect(isAllowed(origin)).toBe(true));

  it.each([
    'http://shop.example',
    'https://shop.example:8443',
    'https://evilshop.example',
    'https://.shop.example',
    'https://a.b.shop.example',
    'https://evil.example/.shop.example',
    'https://evil.example?.shop.example',
    'https://shop.example.evil.example',
    'https://evil@a.shop.example',
    'http://x.test',
    'null',
    '',
  ])('does not take %s', (origin) => expect(isAllowed(origin)).toBe(false));

  it('takes anything where anything is taken', () => {
    expect(createOriginTest(['*'])('null')).toBe(true);
  });
});

describe('originPatternFault', () => {
  it.each(['*', 'https://shop.example', 'https://*.shop.example', 'http://[::1]:3000', 'http://a:1'])(
    'finds none in %s',
    (pattern) => expect(originPatternFault(pattern)).toBeUndefined(),
  );

  it.each([
    'shop.example',
    'https://shop.example/',
    'https://a.*.example',
    'https://*shop.example',
    'https://**.example',
    'ftp://shop.example',
    'null',
    '',
    'https://shop.example, https://b.example',
  ])('finds one in %j', (pattern) => expect(originPatternFault(pattern)).toBeDefined());

  it('is quick with a hostile pattern', () => {
    expect(originPatternFault(`https://${'a.'.repeat(10_000)}!`)).toBeDefined();
  });
});
