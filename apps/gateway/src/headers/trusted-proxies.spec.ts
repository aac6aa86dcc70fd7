import { plainAddress, trustedProxies } from './trusted-proxies';

describe('trustedProxies', () => {
  const trusted = trustedProxies(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32']);

  it.each([
    ['10.1.2.3', true],
    ['11.0.0.1', false],
    ['192.0.2.1', true],
    ['192.0.2.2', false],
    ['2001:db8::7', true],
    ['::1', false],
    ['', false],
  ])('%s: %p', (address, expected) => {
    expect(trusted(address)).toBe(expected);
  });

  it('trusts nobody when nobody is named', () => {
    expect(trustedProxies([])('127.0.0.1')).toBe(false);
  });
});

describe('plainAddress', () => {
  it.each([
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['10.0.0.7', '10.0.0.7'],
    ['::1', '::1'],
  ])('of %s is %s', (given, expected) => {
    expect(plainAddress(given)).toBe(expected);
  });
});
