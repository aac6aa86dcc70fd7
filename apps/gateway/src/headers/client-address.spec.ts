import { clientAddress } from './client-address';
import { headerListOf } from './header-list';

const isTrusted = (address: string) => address.startsWith('10.');
const client = (peer: string, ...forwarded: string[]) =>
  clientAddress(
    headerListOf(forwarded.flatMap((value) => ['X-Forwarded-For', value])),
    { peer, peerTrusted: isTrusted(peer) },
    isTrusted,
  );

describe('clientAddress', () => {
  it('is the peer, whatever a stranger says', () => {
    expect(client('192.0.2.1', '198.51.100.9')).toBe('192.0.2.1');
  });

  it.each([
    [['198.51.100.9'], '198.51.100.9'],
    [['made up, 198.51.100.9'], '198.51.100.9'],
    [['203.0.113.1', '198.51.100.9, 10.0.0.2'], '198.51.100.9'],
    [['10.0.0.3, 10.0.0.2'], '10.0.0.3'],
    [['198.51.100.9:1234'], '198.51.100.9'],
    [['[2001:db8::1]:1234'], '2001:db8::1'],
    [['2001:db8::1'], '2001:db8::1'],
    [['::ffff:198.51.100.9'], '198.51.100.9'],
    [['198.51.100.9, unknown'], '10.0.0.1'],
    [[''], '10.0.0.1'],
    [[], '10.0.0.1'],
  ])('is the first from the right that is not trusted: %j', (forwarded, expected) => {
    expect(client('10.0.0.1', ...forwarded)).toBe(expected);
  });
});
