import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrivateAuthority } from '@rollcall/testing/certificates';
import { ConfigError } from './config-error';
import { defineConfig } from './define-config';
import { tlsSettings, type TlsSettings } from './tls-settings';

const config = defineConfig<TlsSettings>(tlsSettings);
const folder = mkdtempSync(join(tmpdir(), 'rollcall-tls-'));
const [certFile, keyFile, otherKeyFile, caFile] = ['cert.pem', 'key.pem', 'other.pem', 'ca.pem'].map((name) =>
  join(folder, name),
);

beforeAll(async () => {
  const authority = await createPrivateAuthority();
  const [pair, other] = [await authority.issue(), await authority.issue()];
  writeFileSync(String(certFile), pair.cert);
  writeFileSync(String(keyFile), pair.key);
  writeFileSync(String(otherKeyFile), other.key);
  writeFileSync(String(caFile), authority.ca);
});
afterAll(() => rmSync(folder, { recursive: true }));

function faultsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    config.read(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ message }) => message);
    throw error;
  }
}

it('takes none, or a pair that fits', () => {
  expect(config.read({})).toEqual({});
  const both = { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile };
  expect(config.read(both)).toEqual(both);
});

it('takes no half of a pair', () => {
  expect(faultsOf({ TLS_CERT_FILE: certFile })).toEqual(['TLS_KEY_FILE is required with TLS_CERT_FILE']);
  expect(faultsOf({ TLS_KEY_FILE: keyFile })).toEqual(['TLS_CERT_FILE is required with TLS_KEY_FILE']);
});

describe('the authorities of callers’ certificates', () => {
  const pair = { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile };

  it('are taken beside a pair, with or without a word on whether one is required', () => {
    for (const more of [{}, { CLIENT_CERT: 'required' }, { CLIENT_CERT: 'optional' }]) {
      const settings = { ...pair, CLIENT_CA_FILE: caFile, ...more };
      expect(config.read(settings)).toEqual(settings);
    }
  });

  it.each<[NodeJS.ProcessEnv, string]>([
    [{ CLIENT_CA_FILE: caFile }, 'TLS_CERT_FILE is required with CLIENT_CA_FILE'],
    [{ ...pair, CLIENT_CERT: 'optional' }, 'CLIENT_CA_FILE is required with CLIENT_CERT'],
    [{ ...pair, CLIENT_CERT: 'required' }, 'CLIENT_CA_FILE is required with CLIENT_CERT'],
    [
      { ...pair, CLIENT_CA_FILE: caFile, CLIENT_CERT: 'yes' },
      'CLIENT_CERT must be one of [required, optional]',
    ],
    [{ ...pair, CLIENT_CA_FILE: keyFile }, `CLIENT_CA_FILE: ${keyFile} holds no certificate in PEM`],
  ])('do nothing in %j, which is refused', (env, fault) => {
    expect(faultsOf(env)).toEqual([fault]);
  });
});

it('says of each file what is wrong with it, and names it', () => {
  expect(faultsOf({ TLS_CERT_FILE: keyFile, TLS_KEY_FILE: join(folder, 'gone.pem') })).toEqual([
    `TLS_KEY_FILE: ${folder}/gone.pem cannot be read (ENOENT)`,
  ]);
  expect(faultsOf({ TLS_CERT_FILE: keyFile, TLS_KEY_FILE: certFile })).toEqual([
    `TLS_CERT_FILE: ${keyFile} holds no certificate in PEM`,
    `TLS_KEY_FILE: ${certFile} holds no private key in PEM`,
  ]);
  expect(faultsOf({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: otherKeyFile })).toEqual([
    `TLS_KEY_FILE: ${otherKeyFile} is not the key of the certificate`,
  ]);
});
