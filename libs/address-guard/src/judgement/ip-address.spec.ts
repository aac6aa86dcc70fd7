import fc from 'fast-check';
import { parseIpAddress } from './ip-address';

const ipv6 = fc.ipV6();

/** The one spelling of an IPv6 address by the WHATWG serializer, which shares no code with what is tested. */
const canonical = (address: string) => new URL(`http://[${address}]`).hostname.slice(1, -1);

describe('parseIpAddress', () => {
  it('reads every IPv6 spelling as the URL parser does', () => {
    fc.assert(
      fc.property(ipv6, (address) => {
        const parsed = parseIpAddress(address);
        if (parsed?.kind() === 'ipv4') expect(canonical(address)).toMatch(/^::ffff:/);
        else expect(parsed && canonical(parsed.toString())).toBe(canonical(address));
      }),
      { numRuns: 1000 },
    );
  });

  it('reads every plain IPv4 address', () => {
    fc.assert(fc.property(fc.ipV4(), (address) => parseIpAddress(address)?.toString() === address));
  });

  it.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['::192.0.2.1', '::c000:201'],
    ['fe80::1%eth0', 'fe80::1'],
    ['fe80::1%br-0.100', 'fe80::1'],
    ['::ffff:192.0.2.1%eth0', '192.0.2.1'],
  ])('reads %s as %s', (text, address) => {
    expect(parseIpAddress(text)?.toString()).toBe(address);
  });

  it.each([
    '',
    'name',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '127.0.0.1.',
    '127.0.0.1 ',
    '[::1]',
  ])('takes "%s" for no address', (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });
});
