import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyPairFolder, type KeyPairFolder } from '@rollcall/testing/certificates';
import type { AppName } from '../src/app-process';
import { composeEnvironments, type Environment } from '../src/compose-environment';
import { readSettings } from '../src/read-settings';

const BASE = 'docker-compose.yml';
const [TOKENS, TLS] = ['docker/compose.tokens.yml', 'docker/compose.tls.yml'];
const MUTUAL_TLS = 'docker/compose.mtls.yml';
const OBSERVED = 'docker/compose.observability.yml';
const REPLICAS = 'docker/compose.ha.yml';
const STACKS: readonly (readonly string[])[] = [
  [BASE],
  [BASE, TOKENS],
  [BASE, TLS],
  [BASE, TOKENS, TLS],
  [BASE, TLS, MUTUAL_TLS],
  [BASE, TOKENS, TLS, MUTUAL_TLS],
  [BASE, OBSERVED],
  [BASE, TLS, OBSERVED],
  [BASE, REPLICAS],
];

let pair: KeyPairFolder;
let token: string;
let folder: string;

beforeAll(async () => {
  pair = await createKeyPairFolder();
  folder = await mkdtemp(join(tmpdir(), 'rollcall-compose-'));
  token = join(folder, 'token');
  await mkdir(join(folder, 'data'));
  await writeFile(token, 'a-token-of-the-registry');
});
afterAll(async () => {
  await pair.remove();
  await rm(folder, { recursive: true });
});

/** What is mounted into the containers, where it is on this machine. */
function onThisMachine(env: Environment): Environment {
  const mounted: Readonly<Record<string, string>> = {
    '/etc/rollcall/tls/cert.pem': pair.certFile,
    '/etc/rollcall/tls/key.pem': pair.keyFile,
    '/etc/rollcall/trusted/ca.pem': pair.caFile,
    '/etc/rollcall/token/token': token,
    '/var/lib/rollcall': join(folder, 'data'),
  };
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, mounted[value] ?? value]));
}

test.each(STACKS.map((files) => [files.join(', '), files] as const))(
  'every app takes the settings of %s without a fault or a warning',
  async (_, files) => {
    const environments = [...composeEnvironments(files)].map(([app, env]): [AppName, Environment] => [
      app,
      onThisMachine(env),
    ]);
    expect(environments.map(([app]) => app).sort()).toEqual([
      'gateway',
      'hello',
      'order',
      'product',
      'registry',
    ]);

    const readings = await readSettings(environments);

    expect(readings).toEqual(environments.map(() => ({ faults: [], warnings: [] })));
  },
);

test('an overlay that contradicts them is found out', async () => {
  const environments = composeEnvironments([BASE]);
  const contradicted: [AppName, Environment][] = [
    ['registry', { ...environments.get('registry'), REGISTRY_TOKEN: 'a-token-of-the-registry' }],
    ['gateway', onThisMachine({ ...environments.get('gateway'), HOLD_CAPACITY: '0' })],
    ['hello', { ...environments.get('hello'), REGISTRY_CA_FILE: pair.caFile }],
  ];

  const readings = await readSettings(contradicted);

  expect(readings.map(({ faults }) => faults)).toEqual([
    [expect.stringContaining('REGISTRY_AUTH=off')],
    [expect.stringContaining('HOLD_CAPACITY=0')],
    [expect.stringContaining('REGISTRY_URL')],
  ]);
});
