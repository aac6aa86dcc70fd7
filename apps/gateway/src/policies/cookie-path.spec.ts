import { withCookiePath } from './cookie-path';

const beneathShop = (path: string): string | undefined =>
  path.startsWith('/elsewhere') ? undefined : `/shop${path}`;

describe('the path of a cookie', () => {
  it.each([
    ['sid=1; Path=/cart; HttpOnly', 'sid=1; Path=/shop/cart; HttpOnly'],
    ['sid=1;path=/cart', 'sid=1;path=/shop/cart'],
    ['sid=1; PATH = /cart ; Secure', 'sid=1; PATH = /shop/cart ; Secure'],
    ['sid=1; Path="/cart"; Secure', 'sid=1; Path="/shop/cart"; Secure'],
    ['sid=1; Path=/cart/', 'sid=1; Path=/shop/cart/'],
    ['sid=1; Path=/', 'sid=1; Path=/shop'],
    ['sid=1; Path="/"', 'sid=1; Path="/shop"'],
    ['sid=1; Path=/a; Path=/b', 'sid=1; Path=/shop/a; Path=/shop/b'],
    ['sid=1; Path=/a=b', 'sid=1; Path=/shop/a=b'],
  ])('is changed in %s', (before, after) => {
    expect(withCookiePath(before, beneathShop)).toBe(after);
  });

  it.each([
    'sid=1',
    'sid=1; HttpOnly',
    'sid=1; Path',
    'sid=1; Path=',
    'sid=1; Path=cart',
    'sid=1; Path="cart',
    'sid=1; Path=/elsewhere/cart',
    'Path=/cart',
    'path=/cart; Secure',
    'sid=Path=/cart',
    'sid=1; Pathway=/cart',
    '__Host-sid=1; Path=/; Secure',
    '__host-sid=1; Secure; path=/',
    '',
    ';',
  ])('is left as it is in %p', (cookie) => {
    expect(withCookiePath(cookie, beneathShop)).toBe(cookie);
  });
});
