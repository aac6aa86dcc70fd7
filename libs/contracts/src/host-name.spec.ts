import { hostSchema } from './host-name';

describe('hostSchema', () => {
  it.each([
    ['shop.example', 'shop.example'],
    ['Shop.Example.', 'shop.example'],
    ['localhost', 'localhost'],
    ['my_service', 'my_service'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['192.0.2.7', '192.0.2.7'],
    ['2001:DB8::0:1', '[2001:db8::1]'],
    ['[::1]', '[::1]'],
  ])('reads %s as %s', (given, host) => expect(hostSchema.validate(given)).toEqual({ value: host }));

  it.each([
    ['', /empty/],
    ['*.shop.example', /there are no patterns/],
    ['{sub}.shop.example', /there are no patterns/],
    ['shop.example:8000', /without scheme, port/],
    ['https://shop.example', /without scheme, port/],
    ['shop.example/a', /without scheme, port/],
    ['user@shop.example', /without scheme, port/],
    ['shop..', /must be a host name/],
    ['shop example', /must be a host name/],
    ['sh%6fp.example', /must be a host name/],
  ])('refuses %j', (given, why) => expect(hostSchema.validate(given).error?.message).toMatch(why));
});
