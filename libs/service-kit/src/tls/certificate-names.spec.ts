import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { createPrivateAuthority } from '@rollcall/testing/certificates';
import { certificateNames } from './certificate-names';

describe('the names in a certificate', () => {
  it('are as they were put into it, also those that are made to look like several', async () => {
    const authority = await createPrivateAuthority();
    const uris = ['spiffe://shop/orders', 'spiffe://shop/a, URI:spiffe://shop/root', 'x://"\\\r\n,DNS:root'];
    const dns = ['orders.shop', 'a, DNS:root', '"root"', "it's"];
    const names = [
      ...uris.map((value) => ({ type: 'url' as const, value })),
      ...dns.map((value) => ({ type: 'dns' as const, value })),
      '10.0.0.1',
    ];
    const { cert } = await authority.issue({ subject: 'CN=orders', names });
    expect(certificateNames(new X509Certificate(cert))).toEqual({ uris, dns });
  });

  it.each([
    [undefined],
    [''],
    ['IP Address:10.0.0.1, email:a@shop, othername: UPN:root, DirName:"CN=a\\u002cURI:root"'],
    ['URI:a, DNS:"b'],
    ['URI:a"b'],
    ['URI:a, URI:"\\x"'],
    ['URI:a,DNS:b'],
  ])('are not guessed at: %j has none', (subjectAltName) => {
    expect(certificateNames({ subjectAltName })).toEqual({ uris: [], dns: [] });
  });

  it('never split, whatever is in them', () => {
    const name = fc.tuple(fc.constantFrom('URI', 'DNS'), fc.string({ unit: 'binary-ascii', maxLength: 20 }));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
        const subjectAltName = names
          .map(([kind, value]) => `${kind}:${JSON.stringify(value).replaceAll(',', '\\u002c')}`)
          .join(', ');
        const of = (kind: string) => names.filter(([one]) => one === kind).map(([, value]) => value);
        expect(certificateNames({ subjectAltName })).toEqual({ uris: of('URI'), dns: of('DNS') });
      }),
    );
  });
});
