import { generateKeyPairSync } from 'node:crypto';
import { createPrivateAuthority, type IssuedPair } from '@rollcall/testing/certificates';
import { readKeyPair } from './key-pair';

let good: IssuedPair;
let other: IssuedPair;
let ca: string;
beforeAll(async () => {
  const authority = await createPrivateAuthority();
  ca = authority.ca;
  good = await authority.issue({ names: ['registry'] });
  other = await authority.issue();
});

const faultOf = (texts: Partial<IssuedPair>): unknown => readKeyPair({ ...good, ...texts });

it('knows for whom a certificate is and how long', () => {
  expect(readKeyPair(good)).toEqual({
    pair: { ...good, names: 'DNS:registry', fingerprint: expect.any(String), expiresAt: expect.any(Number) },
  });
});

it('takes a chain, the server’s own certificate first', () => {
  expect(readKeyPair({ ...good, cert: good.cert + ca })).toMatchObject({ pair: { names: 'DNS:registry' } });
});

it('takes a certificate that has expired', async () => {
  const authority = await createPrivateAuthority();
  const old = await authority.issue({ expiresAt: new Date(1_600_000_000_000) });
  expect(readKeyPair(old)).toMatchObject({ pair: { expiresAt: 1_600_000_000_000 } });
});

it('wants the two to fit', () => {
  expect(faultOf({ key: other.key })).toEqual({
    faults: [{ of: 'key', fault: 'is not the key of the certificate' }],
  });
});

it('says of each what is wrong with it', () => {
  expect(faultOf({ cert: '', key: 'secret' })).toEqual({
    faults: [
      { of: 'cert', fault: 'holds no certificate in PEM' },
      { of: 'key', fault: 'holds no private key in PEM' },
    ],
  });
});

it('does not take a key for a certificate, nor rubbish between the right lines', () => {
  expect(faultOf({ cert: good.key })).toMatchObject({ faults: [{ fault: 'holds no certificate in PEM' }] });
  const rubbish = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  for (const cert of [rubbish, good.cert + rubbish])
    expect(faultOf({ cert })).toMatchObject({
      faults: [{ fault: 'holds a certificate that cannot be read' }],
    });
});

it('wants a key that nobody has to unlock', () => {
  const privateKeyEncoding = {
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  } as const;
  const publicKeyEncoding = { type: 'spki', format: 'pem' } as const;
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding,
    publicKeyEncoding,
  });
  expect(faultOf({ key: privateKey })).toMatchObject({
    faults: [{ of: 'key', fault: expect.stringContaining('passphrase') }],
  });
});
