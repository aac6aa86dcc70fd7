import { NO_CIDRS, parseCidrSet } from './cidr-set';
import { judgeName } from './judge-name';

const production = { forbidLoopback: true, allowedCidrs: NO_CIDRS };
const development = { forbidLoopback: false, allowedCidrs: NO_CIDRS };

function exempting(...cidrs: readonly string[]) {
  const result = parseCidrSet(cidrs);
  if ('faults' in result) throw new Error(result.faults.join('\n'));
  return { forbidLoopback: true, allowedCidrs: result.set };
}

describe('judgeName', () => {
  it.each([
    'metadata.google.internal',
    'METADATA.Google.Internal',
    'metadata.google.internal.',
    'metadata.google.internal..',
    'metadata.goog',
    'instance-data.ec2.internal',
  ])('refuses the metadata service by its name: %s', (name) => {
    expect(judgeName(name, development)).toEqual({ allowed: false, reason: 'cloud_metadata', subject: name });
  });

  it('lets no exemption of addresses free a name', () => {
    expect(judgeName('metadata.google.internal', exempting('0.0.0.0/0', '::/0')).allowed).toBe(false);
  });

  it.each(['localhost', 'LOCALHOST.', 'db.localhost'])('takes %s for loopback without asking DNS', (name) => {
    expect(judgeName(name, production)).toEqual({ allowed: false, reason: 'loopback', subject: name });
    expect(judgeName(name, development).allowed).toBe(true);
  });

  it('frees localhost when both of its addresses are exempted', () => {
    expect(judgeName('localhost', exempting('127.0.0.0/8')).allowed).toBe(false);
    expect(judgeName('localhost', exempting('127.0.0.0/8', '::1')).allowed).toBe(true);
  });

  it.each(['product', 'my-metadata.google.internal', 'metadata', 'localhost.example.com', 'notlocalhost'])(
    'says nothing against %s',
    (name) => {
      expect(judgeName(name, production).allowed).toBe(true);
    },
  );
});
