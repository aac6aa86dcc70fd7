import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError as ClientConfigError, fromEnv } from '@rollcall/registry-client';
import { createPrivateAuthority } from '@rollcall/testing/certificates';
import {
  ConfigError,
  defineConfig,
  processSettings,
  registrationRules,
  registrationSettings,
  tlsSettings,
  type ProcessSettings,
  type RegistrationSettings,
  type TlsSettings,
} from '@rollcall/service-kit';

type Settings = ProcessSettings & RegistrationSettings & TlsSettings;
type Env = Readonly<Record<string, string>>;

const ours = defineConfig<Settings>(
  {
    ...processSettings({ PORT: 9191, SERVICE_NAME: 'greeter' }),
    ...registrationSettings,
    ...tlsSettings,
  },
  registrationRules,
);
const defaults = { registration: { service_name: 'greeter' }, port: 9191 };

const PAIR = { REGISTRY_CERT_FILE: '<folder>/cert.pem', REGISTRY_KEY_FILE: '<folder>/key.pem' };

let folder: string;
const inFolder = (env: Env): Env =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.replace('<folder>', folder)] as const),
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-env-'));
  writeFileSync(join(folder, 'token'), 'secret-of-file\n');
  writeFileSync(join(folder, 'empty'), '\n');
  const authority = await createPrivateAuthority();
  const [pair, other] = [await authority.issue(), await authority.issue()];
  writeFileSync(join(folder, 'ca.pem'), authority.ca);
  writeFileSync(join(folder, 'cert.pem'), pair.cert);
  writeFileSync(join(folder, 'key.pem'), pair.key);
  writeFileSync(join(folder, 'other-key.pem'), other.key);
  writeFileSync(join(folder, 'broken.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The client cannot have what the apps use for this, joi and all; it has to mean and say the same nevertheless. */
describe("the client's fromEnv, compared with the settings of our own apps", () => {
  it.each<Env>([
    {},
    { SERVICE_NAME: '', PORT: '', REGISTRY_URL: '', REGISTRY_TOKEN: '', REGISTRY_TOKEN_FILE: '' },
    { SERVICE_NAME: 'a.b_c-D9', PORT: '0', DRAIN_LINGER_MS: '0' },
    { PORT: ' 80 ', DRAIN_LINGER_MS: '600000' },
    { PORT: '8080.0' },
    { REGISTRY_URL: 'http://A:8080/, https://b', ADVERTISE_URL: 'HTTP://Me:80/' },
    { REGISTRY_TOKEN: 'secret' },
    { REGISTRY_TOKEN_FILE: '<folder>/token' },
    { REGISTRY_CA_FILE: '<folder>/ca.pem', REGISTRY_URL: 'http://a,https://b' },
    { ...PAIR, REGISTRY_URL: 'http://a,https://b' },
    { REGISTRY_CERT_FILE: '', REGISTRY_KEY_FILE: '' },
  ])('reads %j as they do', (template) => {
    const env = inFolder(template);

    const read = fromEnv(defaults, env);

    const config = ours.read(env);
    expect({
      PORT: read.port,
      SERVICE_NAME: read.registration.service_name,
      REGISTRY_URL: read.registryUrls,
      REGISTRY_TOKEN: read.token,
      REGISTRY_CA_FILE: read.caFile,
      REGISTRY_CERT_FILE: read.certFile,
      REGISTRY_KEY_FILE: read.keyFile,
      ADVERTISE_URL: read.advertise?.url,
      DRAIN_LINGER_MS: read.drainLingerMs,
    }).toEqual({
      PORT: config.PORT,
      SERVICE_NAME: config.SERVICE_NAME,
      REGISTRY_URL: config.REGISTRY_URL,
      REGISTRY_TOKEN: config.REGISTRY_TOKEN,
      REGISTRY_CA_FILE: config.REGISTRY_CA_FILE,
      REGISTRY_CERT_FILE: config.REGISTRY_CERT_FILE,
      REGISTRY_KEY_FILE: config.REGISTRY_KEY_FILE,
      ADVERTISE_URL: config.ADVERTISE_URL,
      DRAIN_LINGER_MS: config.DRAIN_LINGER_MS,
    });
  });

  it.each<Env>([
    ...['x', '-1', '65536', '1.5', ' ', '0x10', 'eighty'].map((PORT) => ({ PORT })),
    ...['-1', '600001', '1.5', 'soon'].map((DRAIN_LINGER_MS) => ({ DRAIN_LINGER_MS })),
    ...['a b', '.', '..', 'x'.repeat(64), 'é'].map((SERVICE_NAME) => ({ SERVICE_NAME })),
    ...[
      'a:1',
      'ftp://a',
      'http://a,',
      'http://u:hunter2@a',
      'http://b,http://u:hun,ter2@a',
      'http://a:0',
    ].map((REGISTRY_URL) => ({ REGISTRY_URL })),
    ...['a:1', 'http://a?x', 'http://u:hunter2@a', 'http://a:0'].map((ADVERTISE_URL) => ({ ADVERTISE_URL })),
    { REGISTRY_TOKEN_FILE: '<folder>/none' },
    { REGISTRY_TOKEN_FILE: '<folder>/empty' },
    { REGISTRY_TOKEN_FILE: '<folder>' },
    { REGISTRY_TOKEN_FILE: '<folder>/token', REGISTRY_TOKEN: 'secret' },
    { REGISTRY_CA_FILE: '<folder>/none' },
    { REGISTRY_CA_FILE: '<folder>/token' },
    { REGISTRY_CA_FILE: '<folder>/broken.pem' },
    { REGISTRY_CA_FILE: '<folder>/ca.pem' },
    { REGISTRY_CA_FILE: '<folder>/ca.pem', REGISTRY_URL: 'http://a,http://b' },
    { REGISTRY_CA_FILE: '<folder>/ca.pem', REGISTRY_URL: 'a:1' },
    PAIR,
    { ...PAIR, REGISTRY_URL: 'a:1' },
    ...[
      { REGISTRY_CERT_FILE: PAIR.REGISTRY_CERT_FILE },
      { REGISTRY_KEY_FILE: PAIR.REGISTRY_KEY_FILE },
      { ...PAIR, REGISTRY_KEY_FILE: '' },
      { ...PAIR, REGISTRY_CERT_FILE: '<folder>/none' },
      { ...PAIR, REGISTRY_CERT_FILE: '<folder>/token' },
      { ...PAIR, REGISTRY_CERT_FILE: '<folder>/broken.pem' },
      { ...PAIR, REGISTRY_KEY_FILE: '<folder>/none' },
      { ...PAIR, REGISTRY_KEY_FILE: '<folder>/token' },
      { ...PAIR, REGISTRY_KEY_FILE: '<folder>/other-key.pem' },
      { REGISTRY_CERT_FILE: '<folder>/none', REGISTRY_KEY_FILE: '<folder>/empty' },
      { REGISTRY_CERT_FILE: '<folder>/broken.pem', REGISTRY_KEY_FILE: '<folder>/token' },
    ].map((env) => ({ ...env, REGISTRY_URL: 'https://a' })),
  ])('refuses %j in the same words', (template) => {
    const env = inFolder(template);

    const said = refusal(() => fromEnv(defaults, env));

    expect(said).toEqual(refusal(() => ours.read(env)));
    expect(JSON.stringify(said)).not.toMatch(/hunter|ter2|secret/);
  });

  it('names every fault, and not only the first', () => {
    const env = { REGISTRY_TOKEN_FILE: '/none', PORT: 'x', REGISTRY_URL: 'a:1', DRAIN_LINGER_MS: '-1' };

    const said = refusal(() => fromEnv(defaults, env));

    expect(said.faults).toHaveLength(4);
    expect(said).toEqual(refusal(() => ours.read(env)));
  });

  it('asks for a name where there is none', () => {
    expect(() => fromEnv({}, {})).toThrow('Bad configuration: SERVICE_NAME is required');
    expect(fromEnv({}, { SERVICE_NAME: 'greeter' }).registration).toEqual({ service_name: 'greeter' });
  });

  it('keeps what is announced beside the name', () => {
    const routes = [{ path_prefix: '/greet' }];

    const { registration } = fromEnv(
      { registration: { service_name: 'greeter', routes } },
      { SERVICE_NAME: 'other' },
    );

    expect(registration).toEqual({ service_name: 'other', routes });
  });
});

function refusal(read: () => unknown): { readonly message: string; readonly faults: readonly unknown[] } {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError || error instanceof ClientConfigError)
      return { message: error.message, faults: error.faults };
    throw error;
  }
  throw new Error('it was taken');
}
