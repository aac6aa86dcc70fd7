import { secretDigest } from '@rollcall/service-kit';
import { readTokenDocument } from './token-document';

const TOKEN = 'bq5Hk2-0Qz.pretend';
const ci = { name: 'ci', token: TOKEN, scopes: ['read', 'write:*'] };

function faultsOf(parsed: unknown): string {
  const reading = readTokenDocument(JSON.stringify(parsed) ?? '', 'tokens.json');
  return 'faults' in reading ? reading.faults.join('\n') : '';
}

describe('a token document', () => {
  it('holds tokens as they are, or their digests', () => {
    const sha256 = secretDigest('another-token-of-ours').toString('hex').toUpperCase();
    const operator = { name: 'operator', sha256, scopes: ['admin'] };
    expect(readTokenDocument(JSON.stringify({ tokens: [ci, operator] }), 'tokens.json')).toEqual({
      tokens: [
        { name: 'ci', digest: secretDigest(TOKEN), scopes: ['read', 'write:*'] },
        { name: 'operator', digest: secretDigest('another-token-of-ours'), scopes: ['admin'] },
      ],
    });
  });

  it('may hold two tokens of one bearer, for the time in which one takes the place of the other', () => {
    expect(faultsOf({ tokens: [ci, { ...ci, token: 'another-token-of-ours' }] })).toBe('');
  });

  it.each<[string, unknown]>([
    ['the file', undefined],
    ['the file', null],
    ['must be a map', []],
    ['tokens', {}],
    ['tokens', { tokens: [] }],
    ['tokens', { tokens: 'ci' }],
    ['tokens', { tokens: Array.from({ length: 1001 }, (_, index) => ({ ...ci, name: `ci-${index}` })) }],
    ['token c i: name', { tokens: [{ ...ci, name: 'c i' }] }],
    ['token registry: name', { tokens: [{ ...ci, name: 'registry' }] }],
    ['token 1 of the list: name is missing', { tokens: [{ ...ci, name: undefined }] }],
    ['token ci: token', { tokens: [{ ...ci, token: 1234567890123456 }] }],
    ['token ci: sha256', { tokens: [{ name: 'ci', sha256: 'abc', scopes: ['read'] }] }],
    ['token ci: scopes', { tokens: [{ ...ci, scopes: [] }] }],
    ['token ci: scopes[1]', { tokens: [{ ...ci, scopes: ['read', 'read'] }] }],
    ['token ci: scopes[0]', { tokens: [{ ...ci, scopes: ['write'] }] }],
    ['token ci: scope is no key here: did you mean scopes?', { tokens: [{ ...ci, scope: 'read' }] }],
    [
      'tokens.json:1:83: token ci has a name that an entry before has',
      { tokens: [ci, { ...ci, token: 'another-token-of-ours', scopes: ['read'] }] },
    ],
    [
      'token ci has a name that an entry before has',
      { tokens: [ci, { ...ci, token: 'another-token-of-ours', routes: ['/ci'] }] },
    ],
    ['token ci has the same secret as ci', { tokens: [ci, ci] }],
    ['must have a token or its sha256', { tokens: [{ name: 'ci', scopes: ['read'] }] }],
    ['not both', { tokens: [{ ...ci, sha256: '0'.repeat(64) }] }],
    ['tokens.json:1:83: token cd has the same secret as ci', { tokens: [ci, { ...ci, name: 'cd' }] }],
  ])('is refused for %s', (where, parsed) => {
    expect(faultsOf(parsed)).toContain(where);
  });

  const SHOP = 'spiffe://shop.example/product';
  const shop = { name: 'shop', uri: SHOP, scopes: ['read'] };

  it('holds names of certificates, without any token too', () => {
    const desk = { name: 'desk', dns: 'Desk.example', scopes: ['admin'], routes: ['/desk'] };
    expect(readTokenDocument(JSON.stringify({ certificates: [shop, desk] }), 'tokens.json')).toEqual({
      tokens: [],
      certificates: [
        { name: 'shop', label: `URI:${SHOP}`, scopes: ['read'] },
        { name: 'desk', label: 'DNS:desk.example', scopes: ['admin'], routes: [{ pathPrefix: '/desk' }] },
      ],
    });
    expect(faultsOf({ tokens: [ci], certificates: [{ ...shop, name: 'ci', scopes: ci.scopes }] })).toBe('');
  });

  it.each<[string, readonly object[]]>([
    ['certificates', []],
    ['must have the uri or the dns name', [{ name: 'shop', scopes: ['read'] }]],
    ['not both', [{ ...shop, dns: 'shop.example' }]],
    ['certificate shop: uri must be the whole URI', [{ ...shop, uri: 'shop.example' }]],
    ['certificate shop: uri must be the whole URI', [{ ...shop, uri: `${SHOP} ` }]],
    ['certificate shop: uri must have 2048', [{ ...shop, uri: SHOP + 'x'.repeat(2048) }]],
    ['without wildcards', [{ name: 'shop', dns: '*.shop.example', scopes: ['read'] }]],
    ['certificate shop: dns must be a DNS name', [{ name: 'shop', dns: 'shop, b', scopes: ['read'] }]],
    ['certificate shop: scopes', [{ ...shop, scopes: [] }]],
    ['certificate registry: name', [{ ...shop, name: 'registry' }]],
    ['has a name that an entry before has', [shop, { ...shop, uri: `${SHOP}/2`, scopes: ['admin'] }]],
    ['has a name that a token has with other scopes', [{ ...shop, name: 'ci' }]],
    ['certificate b has the same name of a certificate as shop, entry 1', [shop, { ...shop, name: 'b' }]],
    [
      'certificate b has the same name of a certificate as a, entry 1',
      [
        { name: 'a', dns: 'shop.example', scopes: ['read'] },
        { name: 'b', dns: 'SHOP.example', scopes: ['read'] },
      ],
    ],
  ])('is refused for certificates: %s', (where, certificates) => {
    expect(faultsOf({ tokens: [ci], certificates })).toContain(where);
  });

  it('is refused with certificates where no caller is asked for one, and with tokens alone is not', () => {
    const read = (document: object) =>
      readTokenDocument(JSON.stringify(document), 'tokens.json', { asksForCertificates: false });
    expect(read({ tokens: [ci], certificates: [shop] })).toMatchObject({
      faults: [expect.stringContaining('certificates has no effect: without CLIENT_CA_FILE')],
    });
    expect(read({ tokens: [ci] })).toMatchObject({ tokens: [{ name: 'ci' }] });
  });

  it('is refused for all of its faults at once', () => {
    expect(faultsOf({ tokens: [{ name: '', token: 'short', scopes: ['all'] }] }).split('\n')).toHaveLength(3);
  });

  it.each([
    { tokens: [{ ...ci, token: 'hunter2' }] },
    { tokens: [{ ...ci, token: 'hunter2 hunter2 hunter2' }] },
    { tokens: [{ ...ci, sha256: 'hunter2' }] },
    { tokens: [{ name: 'ci', sha256: 'hunter2', scopes: ['read'] }] },
    { tokens: [{ ...ci, token: ['hunter2'] }] },
  ])('is refused without repeating a secret: %j', (parsed) => {
    const faults = faultsOf(parsed);
    expect(faults).not.toBe('');
    expect(faults).not.toContain('hunter2');
  });
});
