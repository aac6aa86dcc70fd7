import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { NO_CIDRS, parseCidrSet } from './cidr-set';
import { judgeAddress, type AddressPolicy } from './judge-address';

const development: AddressPolicy = { forbidLoopback: false, allowedCidrs: NO_CIDRS };
const production: AddressPolicy = { forbidLoopback: true, allowedCidrs: NO_CIDRS };

function exempting(...cidrs: readonly string[]): AddressPolicy {
  const result = parseCidrSet(cidrs);
  if ('faults' in result) throw new Error(result.faults.join('\n'));
  return { forbidLoopback: true, allowedCidrs: result.set };
}

const reasonOf = (address: string, policy = production) => {
  const verdict = judgeAddress(address, policy);
  return verdict.allowed ? 'allowed' : verdict.reason;
};

describe('judgeAddress', () => {
  it.each([
    ['169.254.0.0', 'link_local'],
    ['169.254.255.255', 'link_local'],
    ['169.253.255.255', 'allowed'],
    ['169.255.0.0', 'allowed'],
    ['fe80::', 'link_local'],
    ['febf:ffff::1', 'link_local'],
    ['fec0::', 'reserved'],
    ['fec0::1', 'reserved'],
    ['feff:ffff::1', 'reserved'],
    ['240.0.0.0', 'reserved'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.254', 'reserved'],
    ['192.0.0.8', 'reserved'],
    ['192.0.1.0', 'allowed'],
    ['192.88.99.1', 'reserved'],
    ['::ffff:240.0.0.1', 'reserved'],
    ['64:ff9b::f000:1', 'reserved'],
    ['2002:f000:1::', 'reserved'],
    ['100::1', 'reserved'],
    ['2001:2::1', 'reserved'],
    ['2001:10::1', 'reserved'],
    ['2001:20::1', 'reserved'],
    ['5f00::1', 'reserved'],
    ['198.18.0.1', 'allowed'],
    ['fe80::1%eth0', 'link_local'],
    ['fe80::1%br-0.100', 'link_local'],
    ['224.0.0.0', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['223.255.255.255', 'allowed'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['0.0.0.0', 'unspecified'],
    ['0.255.255.255', 'unspecified'],
    ['1.0.0.0', 'allowed'],
    ['::', 'unspecified'],
    ['127.0.0.0', 'loopback'],
    ['127.255.255.255', 'loopback'],
    ['126.255.255.255', 'allowed'],
    ['128.0.0.0', 'allowed'],
    ['::1', 'loopback'],
    ['169.254.169.254', 'cloud_metadata'],
    ['fd00:ec2::254', 'cloud_metadata'],
    ['FD00:0EC2:0:0::254%eth0', 'cloud_metadata'],
    ['fd00:ec2::23', 'cloud_metadata'],
    ['fd20:ce::254', 'cloud_metadata'],
    ['100.100.100.200', 'cloud_metadata'],
    ['192.0.0.192', 'cloud_metadata'],
    ['168.63.129.16', 'cloud_metadata'],
    ['10.0.0.1', 'allowed'],
    ['172.18.0.5', 'allowed'],
    ['192.168.0.1', 'allowed'],
    ['100.64.0.1', 'allowed'],
    ['fd00:ec2::255', 'allowed'],
    ['fd12::1', 'allowed'],
  ])('%s: %s', (address, expected) => {
    expect(reasonOf(address)).toBe(expected);
  });

  it.each([
    ['IPv4-mapped', '::ffff:169.254.169.254'],
    ['IPv4-mapped in hex', '::ffff:a9fe:a9fe'],
    ['IPv4-compatible', '::169.254.169.254'],
    ['IPv4-compatible in hex', '::a9fe:a9fe'],
    ['IPv4-translated', '::ffff:0:a9fe:a9fe'],
    ['NAT64', '64:ff9b::a9fe:a9fe'],
    ['NAT64 with dots', '64:ff9b::169.254.169.254'],
    ['6to4', '2002:a9fe:a9fe::1'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:5601:5601'],
    ['ISATAP', '2606:4700::5efe:a9fe:a9fe'],
    ['globally unique ISATAP', '2606:4700::200:5efe:a9fe:a9fe'],
  ])('finds the IPv4 address inside an %s one', (_, address) => {
    expect(reasonOf(address, development)).toBe('cloud_metadata');
  });

  it.each(['::ffff:8.8.8.8', '::8.8.8.8', '64:ff9b::808:808', '2002:808:808::1', '2606:4700::5efe:808:808'])(
    'allows %s, which leads to a public address',
    (address) => {
      expect(reasonOf(address)).toBe('allowed');
    },
  );

  it('refuses the local NAT64 range whole', () => {
    expect(reasonOf('64:ff9b:1::808:808')).toBe('local_nat64');
  });

  it.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1', '::127.0.0.1', '64:ff9b::7f00:1'])(
    'refuses %s only where loopback is forbidden',
    (address) => {
      expect(reasonOf(address, development)).toBe('allowed');
      expect(reasonOf(address, production)).toBe('loopback');
    },
  );

  it.each(['', 'localhost', '127.1', '0x08080808', '08.8.8.8', '8.8.8.8.', ' 8.8.8.8'])(
    'refuses what sockets would not take for an address: "%s"',
    (text) => {
      expect(reasonOf(text)).toBe('not_an_address');
    },
  );

  it.each([
    ['127.0.0.1', exempting('127.0.0.0/8')],
    ['::ffff:127.0.0.1', exempting('127.0.0.0/8')],
    ['64:ff9b::7f00:1', exempting('127.0.0.0/8')],
    ['169.254.169.254', exempting('10.0.0.0/8', '169.254.169.254')],
    ['64:ff9b::a9fe:a9fe', exempting('64:ff9b::/96')],
    ['64:ff9b:1::1', exempting('64:ff9b:1::/48')],
    ['fe80::1%eth0', exempting('fe80::/10')],
  ])('allows the exempted %s', (address, policy) => {
    expect(reasonOf(address, policy)).toBe('allowed');
  });

  it('exempts nothing beside the exempted network', () => {
    expect(reasonOf('::1', exempting('127.0.0.0/8'))).toBe('loopback');
    expect(reasonOf('169.254.169.253', exempting('169.254.169.254'))).toBe('link_local');
  });

  const AZURE_WIRE_SERVER = '168.63.129.16';

  it('allows every public unicast IPv4 address', () => {
    const unicast = fc
      .ipV4()
      .filter((text) => ipaddr.IPv4.parse(text).range() === 'unicast' && text !== AZURE_WIRE_SERVER);
    fc.assert(
      fc.property(unicast, (text) => reasonOf(text) === 'allowed'),
      { numRuns: 1000 },
    );
  });

  it('allows every public unicast IPv6 address', () => {
    const parts = fc.array(fc.nat(0xffff), { minLength: 7, maxLength: 7 });
    const global = fc
      .tuple(fc.integer({ min: 0x2000, max: 0x3fff }), parts)
      .map(([first, others]) => new ipaddr.IPv6([first, ...others]))
      .filter((address) => address.range() === 'unicast' && address.parts[5] !== 0x5efe);
    fc.assert(
      fc.property(global, (address) => reasonOf(address.toString()) === 'allowed'),
      { numRuns: 1000 },
    );
  });
});
