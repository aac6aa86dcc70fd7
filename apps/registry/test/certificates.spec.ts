import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import {
  askSecurely,
  createKeyPairFolder,
  type IssuedPair,
  type KeyPairFolder,
  type SecureAnswer,
} from '@rollcall/testing/certificates';
import { createRecordingLogger, type RecordingLogger } from './doubles/recording-logger';
import { startRegistry, type RunningRegistry } from './running-registry';

const PRODUCT = 'spiffe://shop.example/product';
const OPERATOR_TOKEN = 'operator-token-of-a-spec';
const OVERRIDE = 'PUT /instances/p-1/override';
const down = { status: 'out_of_service', reason: 'new disk' };
const product = { service_name: 'product', url: 'http://product:8081', instance_id: 'p-1' };

const entries = {
  product: { name: 'product-team', uri: PRODUCT, scopes: ['write:product', 'read'] },
  desk: { name: 'desk', dns: 'Desk.shop.example', scopes: ['read', 'admin', 'write:product'] },
  reader: { name: 'reader', dns: 'reader.shop.example', scopes: ['read'] },
  /** What no name of the kind DNS is equal to: an address is another kind. */
  address: { name: 'address', dns: '10.0.0.1', scopes: ['read'] },
};
const tokens = [{ name: 'operator', token: OPERATOR_TOKEN, scopes: ['admin', 'read'] }];

let company: KeyPairFolder;
let folder: string;
let tokensFile: string;
let pairs: Record<'product' | 'desk' | 'reader' | 'stranger' | 'address' | 'both', IssuedPair>;
beforeAll(async () => {
  company = await createKeyPairFolder();
  const issue = (...names: readonly string[]) => company.authority.issue({ names, uses: ['client'] });
  pairs = {
    product: await issue('somebody-else', PRODUCT),
    desk: await issue('desk.shop.example'),
    reader: await issue('reader.shop.example'),
    stranger: await issue('spiffe://shop.example/stranger', 'stranger.shop.example'),
    address: await issue('10.0.0.1'),
    both: await issue('reader.shop.example', PRODUCT),
  };
  folder = await mkdtemp(join(tmpdir(), 'rollcall-certificates-'));
  tokensFile = join(folder, 'tokens.json');
});
afterAll(async () => {
  await company.remove();
  await rm(folder, { recursive: true });
});

let registry: RunningRegistry | undefined;
let log: RecordingLogger;
beforeEach(() => {
  log = createRecordingLogger();
});
afterEach(async () => {
  await registry?.stop();
  registry = undefined;
});

const everyEntry = [entries.product, entries.desk, entries.reader, entries.address];
const write = (certificates: readonly object[]) =>
  writeFile(tokensFile, JSON.stringify({ tokens, certificates }));

async function start(env: NodeJS.ProcessEnv = {}, certificates: readonly object[] = everyEntry) {
  await write(certificates);
  registry = await startRegistry(
    {
      TLS_CERT_FILE: company.certFile,
      TLS_KEY_FILE: company.keyFile,
      CLIENT_CA_FILE: company.caFile,
      REGISTRY_TOKENS_FILE: tokensFile,
      ...env,
    },
    log,
  );
}

interface Asking {
  readonly body?: object;
  readonly token?: string;
  readonly agent?: Agent;
}

async function ask(pair: IssuedPair | undefined, call: string, { body, token, agent }: Asking = {}) {
  const [method = '', path = ''] = call.split(' ');
  const url = (registry?.url ?? '').replace('http:', 'https:') + path;
  const answer: SecureAnswer = await askSecurely(url, {
    ca: company.authority.ca,
    pair,
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    ...(agent && { agent }),
  });
  const parsed: unknown = answer.body === '' ? {} : JSON.parse(answer.body);
  return { status: answer.status, headers: answer.headers, body: parsed };
}

describe('a caller with a certificate and no token', () => {
  it('may do what the entry with its URI permits, and nothing else', async () => {
    await start();
    const order = { ...product, service_name: 'order' };
    expect((await ask(pairs.product, 'POST /register', { body: product })).status).toBe(201);
    expect((await ask(pairs.product, 'POST /heartbeat', { body: product })).status).toBe(200);
    expect((await ask(pairs.product, 'GET /discover/product')).status).toBe(200);
    expect(await ask(pairs.product, 'POST /register', { body: order })).toMatchObject({
      status: 403,
      headers: { 'www-authenticate': expect.stringContaining('scope="write:order"') },
      body: { code: 'FORBIDDEN', detail: expect.stringContaining('The certificate of "product-team" lacks') },
    });
    expect((await ask(pairs.product, OVERRIDE, { body: down })).status).toBe(403);
    expect(
      (await ask(pairs.product, 'POST /instances/p-1/drain?wait_ms=0', { body: {} })).status,
    ).toBeLessThan(300);
    expect(log.linesOf('access_denied')).toMatchObject([
      { reason: 'insufficient_scope', actor: 'product-team', needed_scope: 'write:order' },
      { reason: 'insufficient_scope', actor: 'product-team', needed_scope: 'admin' },
    ]);
  });

  it('may do what the entry with its DNS name permits, whatever the case', async () => {
    await start();
    expect((await ask(pairs.product, 'POST /register', { body: product })).status).toBe(201);
    expect((await ask(pairs.reader, 'GET /services')).status).toBe(200);
    expect((await ask(pairs.reader, 'POST /register', { body: product })).status).toBe(403);
    expect((await ask(pairs.reader, OVERRIDE, { body: down })).status).toBe(403);
    expect((await ask(pairs.desk, OVERRIDE, { body: down })).status).toBe(200);
    const { body } = await ask(pairs.desk, 'GET /events');
    expect(body).toMatchObject({
      events: [
        { type: 'registered', actor: 'product-team' },
        { type: 'status_changed', actor: 'desk' },
      ],
    });
  });

  it('is told that it is known by its certificate', async () => {
    await start();
    expect((await ask(pairs.product, 'GET /whoami')).body).toEqual({
      auth: 'on',
      name: 'product-team',
      proven_by: 'certificate',
      certificate: ['DNS:somebody-else', `URI:${PRODUCT}`].sort().reverse(),
      scopes: ['write:product', 'read'],
      routes: null,
      service_routes: {},
    });
  });

  it('is refused when no entry has a name of it, with the names that it has shown', async () => {
    await start();
    const shown = 'URI:spiffe://shop.example/stranger, DNS:stranger.shop.example';
    expect(await ask(pairs.stranger, 'GET /services')).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="rollcall"' },
      body: { code: 'UNAUTHORIZED', detail: expect.stringContaining(`certificate: ${shown}.`) },
    });
    expect(log.linesOf('access_denied')).toMatchObject([
      { reason: 'unknown_certificate', certificate: shown.split(', ') },
    ]);
    expect((await ask(pairs.stranger, 'GET /whoami')).body).toMatchObject({
      name: null,
      proven_by: null,
      certificate: shown.split(', '),
    });
  });

  it('is not known by its common name, nor by its address', async () => {
    await start();
    expect(await ask(pairs.address, 'GET /services')).toMatchObject({
      status: 401,
      body: { detail: expect.stringContaining('a common name does not count') },
    });
  });

  it.each([
    ['product-team', [entries.product, entries.reader]],
    ['reader', [entries.reader, entries.product]],
  ])('is %s by the first entry of the file, where several have a name of it', async (name, certificates) => {
    await start({}, certificates);
    expect((await ask(pairs.both, 'GET /whoami')).body).toMatchObject({ name });
  });

  it('is refused where the file names no certificate, as without one', async () => {
    await writeFile(tokensFile, JSON.stringify({ tokens }));
    registry = await startRegistry({
      TLS_CERT_FILE: company.certFile,
      TLS_KEY_FILE: company.keyFile,
      CLIENT_CA_FILE: company.caFile,
      REGISTRY_TOKENS_FILE: tokensFile,
    });
    expect(await ask(pairs.product, 'GET /services')).toMatchObject({
      status: 401,
      body: { detail: expect.stringContaining('send Authorization: Bearer') },
    });
  });
});

describe('a token beside a certificate', () => {
  it('counts, and the certificate does not', async () => {
    await start();
    const token = OPERATOR_TOKEN;
    expect((await ask(pairs.product, 'GET /whoami', { token })).body).toMatchObject({
      name: 'operator',
      proven_by: 'token',
      certificate: null,
    });
    expect((await ask(pairs.product, 'POST /register', { token, body: product })).status).toBe(403);
  });

  it.each(['a-token-of-nobody-here', ' '])('that is wrong is refused: %j', async (token) => {
    await start();
    for (const call of ['GET /services', 'GET /whoami'])
      expect(await ask(pairs.product, call, { token })).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': expect.stringContaining('invalid_token') },
      });
  });
});

describe('a port where certificates are optional', () => {
  it('takes a caller without one for nobody, and one with one for who it is', async () => {
    await start({ CLIENT_CERT: 'optional' });
    expect((await ask(undefined, 'GET /whoami')).body).toMatchObject({ name: null, certificate: null });
    expect((await ask(undefined, 'GET /services')).status).toBe(401);
    expect((await ask(undefined, 'GET /services', { token: OPERATOR_TOKEN })).status).toBe(200);
    expect((await ask(pairs.reader, 'GET /services')).status).toBe(200);
    expect(log.linesOf('access_denied')).toMatchObject([{ reason: 'no_token' }]);
  });

  it('takes no name from a certificate of another authority', async () => {
    await start({ CLIENT_CERT: 'optional' });
    const other = await createKeyPairFolder({ names: [PRODUCT], uses: ['client'] });
    const forged = await other.authority.issue({ names: [PRODUCT], uses: ['client'] });
    await other.remove();
    await expect(ask(forged, 'GET /whoami')).rejects.toThrow();
  });
});

describe('a tokens file that changes', () => {
  it('changes what an open connection may do', async () => {
    await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      const name = async () => {
        const { body } = await ask(pairs.reader, 'GET /whoami', { agent });
        return body;
      };
      expect(await name()).toMatchObject({ name: 'reader', scopes: ['read'] });
      await write([{ ...entries.reader, name: 'other-name', scopes: ['admin'] }]);
      process.emit('SIGHUP');
      await eventually(() => log.linesOf('tokens_loaded').length === 2);
      expect(await name()).toMatchObject({ name: 'other-name', scopes: ['admin'] });
      expect((await ask(pairs.reader, 'GET /services', { agent })).status).toBe(403);
      await write([entries.product]);
      process.emit('SIGHUP');
      await eventually(() => log.linesOf('tokens_loaded').length === 3);
      expect((await ask(pairs.reader, 'GET /services', { agent })).status).toBe(401);
    } finally {
      agent.destroy();
    }
  });

  it('ends what a certificate has opened once its entry is gone', async () => {
    await start();
    const watching = ask(pairs.reader, 'GET /watch?services=*').catch(() => 'ended');
    const kept = ask(pairs.product, 'GET /watch?services=*').catch(() => 'ended');
    let isKept = true;
    void kept.then(() => (isKept = false));
    await eventually(async () => {
      const { body } = await ask(pairs.reader, 'GET /registry');
      return JSON.stringify(body).includes('"open":2');
    });
    await write([entries.product]);
    process.emit('SIGHUP');
    await watching;
    expect(isKept).toBe(true);
  });
});

describe('a tokens file with certificates, at a port that asks for none', () => {
  it.each([{}, { TLS: 'on' }])('keeps the registry from starting: %j', async ({ TLS }) => {
    await write(everyEntry);
    const tls = TLS ? { TLS_CERT_FILE: company.certFile, TLS_KEY_FILE: company.keyFile } : {};
    await expect(startRegistry({ ...tls, REGISTRY_TOKENS_FILE: tokensFile })).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(
        /certificates has no effect: without CLIENT_CA_FILE .* Set CLIENT_CA_FILE/,
      ),
    });
  });
});
