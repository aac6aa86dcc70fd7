import fc from 'fast-check';
import { writeClientCertificate } from './client-certificate';

const hash = 'ab'.repeat(32);
const fingerprint256 = Array.from({ length: 32 }, () => 'AB').join(':');
const written = (
  subject: string | undefined,
  { uris = [], dns = [] }: { readonly uris?: readonly string[]; readonly dns?: readonly string[] } = {},
  ownUris: readonly string[] = [],
) => writeClientCertificate({ fingerprint256, subject, uris, dns }, ownUris);

describe('a client certificate in X-Forwarded-Client-Cert', () => {
  it.each([
    [
      'URIs and DNS names are pairs of their own',
      'C=DE\nO=Shop\nCN=orders',
      { uris: ['spiffe://shop/a', 'spiffe://shop/b'], dns: ['a.shop', 'b.shop'] },
      'Subject="CN=orders,O=Shop,C=DE";URI=spiffe://shop/a;URI=spiffe://shop/b;DNS=a.shop;DNS=b.shop',
      'spiffe://shop/a',
    ],
    [
      'without a URI its name is DNS',
      'CN=a',
      { dns: ['a.shop'] },
      'Subject="CN=a";URI=;DNS=a.shop',
      'a.shop',
    ],
    ['without both it is the subject', 'CN=a', {}, 'Subject="CN=a";URI=', 'CN=a'],
    ['a subject may be empty', undefined, { uris: ['x://a'] }, 'Subject="";URI=x://a', 'x://a'],
    [
      'what separates is quoted',
      'CN=a',
      { uris: ['x://a,b', 'x://a;b', 'x://a=b', 'x://a"b'] },
      'Subject="CN=a";URI="x://a,b";URI="x://a;b";URI="x://a=b";URI="x://a\\"b"',
      'x://a,b',
    ],
    [
      'names that cannot be written are left out',
      'CN=a',
      { uris: ['x://a\r\nX: root', 'x://\\', 'x://\u00e4', 'x://\0', ''], dns: ['a b'] },
      'Subject="CN=a";URI=',
      'CN=a',
    ],
    [
      'a subject is escaped by RFC 2253, in ASCII',
      'O=L\u00e4den\\, \\"Gut\\"\nCN=a\\0Ab\\\\',
      {},
      'Subject="CN=a\\0Ab\\5C,O=L\\C3\\A4den\\, \\"Gut\\"";URI=',
      'CN=a\\0Ab\\5C,O=L\\C3\\A4den\\, \\"Gut\\"',
    ],
    [
      'parts with several values are joined',
      'CN=a + OU=b \\+ c',
      {},
      'Subject="OU=b \\+ c+CN=a";URI=',
      'OU=b \\+ c+CN=a',
    ],
  ])('%s', (_, subject, names, element, name) => {
    expect(written(subject, names)).toEqual({ element: `Hash=${hash};${element}`, name });
  });

  it('names the gateway by the URIs of its own certificate', () => {
    expect(written('CN=a', {}, []).element).toMatch(/^Hash=/);
    expect(written('CN=a', {}, ['spiffe://shop/gateway', 'x://a,b']).element).toMatch(
      /^By=spiffe:\/\/shop\/gateway;By="x:\/\/a,b";Hash=/,
    );
  });

  it('has no character that could end the header or be taken for another pair, whatever the certificate says', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ unit: fc.constantFrom(...'ab",;=\\\r\n'), maxLength: 12 }),
    );
    const names = fc.array(text, { maxLength: 4 });
    fc.assert(
      fc.property(text, names, names, (subject, uris, dns) => {
        // As Node escapes it.
        const escaped = `CN=${subject.replace(/[,+"\\<>;]/g, '\\$&').replaceAll('\n', '\\0A')}`;
        const { element, name } = written(escaped, { uris, dns });
        expect(element).toMatch(/^[ -~]*$/);
        expect(name).toMatch(/^[ -~]*$/);
        const pairs = element.match(/(?:"(?:[^"\\]|\\.)*"|[^";,])+/g) ?? [];
        expect(pairs.join(';')).toBe(element);
        const valuesOf = (key: string) =>
          pairs
            .filter((pair) => pair.startsWith(key))
            .map((pair) => pair.slice(key.length).replace(/^"|"$/g, '').replaceAll('\\"', '"'));
        const writable = (given: readonly string[]) => given.filter((one) => /^[!-[\]-~]+$/.test(one));
        expect(valuesOf('DNS=')).toEqual(writable(dns));
        expect(valuesOf('URI=').filter((uri) => uri !== '')).toEqual(writable(uris));
        expect(pairs.filter((pair) => pair.startsWith('Subject="'))).toHaveLength(1);
      }),
    );
  });
});
