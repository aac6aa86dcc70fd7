import { NO_CIDRS, parseCidrSet } from './cidr-set';

function setOf(...cidrs: readonly string[]) {
  const result = parseCidrSet(cidrs);
  if ('faults' in result) throw new Error(result.faults.join('\n'));
  return result.set;
}

describe('a CIDR set', () => {
  it.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['192.168.1.7', '192.168.1.7', true],
    ['192.168.1.7', '192.168.1.8', false],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '2606:4700::1', false],
    ['fd00::/8', 'fdab::1', true],
    ['fd00::/8', 'fe00::1', false],
    ['::1', '::1', true],
    ['::/0', '2606:4700::1', true],
    ['::/0', '10.0.0.1', false],
    ['2001:db8::/127', '2001:db8::1', true],
    ['2001:db8::/127', '2001:db8::2', false],
  ])('%s holds %s: %s', (cidr, address, held) => {
    expect(setOf(cidr).has(address)).toBe(held);
  });

  it.each(['::ffff:10.0.0.1', '::ffff:a00:1', '0:0:0:0:0:FFFF:10.0.0.1'])(
    'knows the IPv4 peer that a dual-stack socket shows as %s',
    (address) => {
      expect(setOf('10.0.0.0/8').has(address)).toBe(true);
      expect(setOf('::ffff:10.0.0.0/104').has(address)).toBe(true);
    },
  );

  it('does not ask through which interface', () => {
    expect(setOf('fe80::/10').has('fe80::1%br-0.100')).toBe(true);
  });

  it('holds what any of its networks holds', () => {
    const set = setOf('10.0.0.0/8', 'fd00::/8');
    expect(['10.0.0.1', 'fd00::1', '9.0.0.1'].map((address) => set.has(address))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each(['', 'localhost', '10.0.0', '0x0a.0.0.1', '10.0.0.0/8', '10.0.0.1:80', '[::1]'])(
    'holds nothing that is no address: "%s"',
    (text) => {
      expect(setOf('0.0.0.0/0', '::/0').has(text)).toBe(false);
    },
  );

  it('says which texts are no networks, all of them', () => {
    expect(parseCidrSet(['10.0.0.0/8', 'ten/8', '10.0.0.0/33'])).toEqual({
      faults: [expect.stringContaining('"ten/8"'), expect.stringContaining('"10.0.0.0/33"')],
    });
  });

  it.each(['', '10/8', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', '::/129', '010.0.0.0/8', 'fe80::1%lo/64'])(
    'refuses "%s"',
    (cidr) => {
      expect(parseCidrSet([cidr])).toHaveProperty('faults');
    },
  );

  it('refuses a network that holds more than the IPv4-mapped addresses, and names them by one', () => {
    expect(parseCidrSet(['::ffff:0:0/95'])).toHaveProperty('faults');
  });

  it('shows the networks as they were given', () => {
    expect(setOf('10.1.2.3/8').cidrs).toEqual(['10.1.2.3/8']);
    expect(NO_CIDRS.cidrs).toEqual([]);
    expect(NO_CIDRS.has('10.1.2.3')).toBe(false);
  });
});
