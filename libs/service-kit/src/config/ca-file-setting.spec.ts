import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrivateAuthority } from '@rollcall/testing/certificates';
import { caFileSetting } from './ca-file-setting';
import { defineConfig } from './define-config';

const config = defineConfig<{ CA_FILE?: string }>({ CA_FILE: caFileSetting });
const folder = mkdtempSync(join(tmpdir(), 'rollcall-ca-'));
const file = join(folder, 'ca.pem');
afterAll(() => rmSync(folder, { recursive: true }));

const reading = (text: string) => {
  writeFileSync(file, text);
  return () => config.read({ CA_FILE: file });
};

it('takes one authority or several', async () => {
  const [one, other] = [await createPrivateAuthority(), await createPrivateAuthority('another')];
  expect(reading(one.ca)()).toEqual({ CA_FILE: file });
  expect(reading(one.ca + other.ca)()).toEqual({ CA_FILE: file });
});

it('says what is wrong with a file that holds none', () => {
  expect(reading('')).toThrow(`CA_FILE: ${file} holds no certificate in PEM`);
  expect(reading('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toThrow(
    `CA_FILE: ${file} holds a certificate that cannot be read`,
  );
  expect(() => config.read({ CA_FILE: join(folder, 'gone') })).toThrow('cannot be read (ENOENT)');
});
