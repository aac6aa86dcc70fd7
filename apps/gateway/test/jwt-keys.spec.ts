import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { createPrivateAuthority } from '@rollcall/testing/certificates';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';
import { startTokenIssuer, type TokenIssuer } from './support/token-issuer';

const NAMES = ['rotating', 'withdrawing', 'starting', 'failing'] as const;

const routesFor = (issuers: readonly (readonly [string, TokenIssuer])[], more = '') => `
version: 1
jwt_issuers:
${issuers.map(([name, { issuer, jwksUrl }]) => `  - { name: ${name}, issuer: '${issuer}', jwks_url: '${jwksUrl}', algorithms: [ ES256 ] }`).join('\n')}
  - { name: metadata, issuer: 'https://metadata.example/', jwks_url: 'http://169.254.169.254/jwks.json', algorithms: [ ES256 ] }
routes:
  - { path_prefix: /open, service: product }
${[...issuers.map(([name]) => name), 'metadata'].map((name) => `  - { path_prefix: /${name}, service: product, jwt: { issuers: [ ${name} ], audience: [ orders ] } }`).join('\n')}
${more}
`;

describe('the keys of token issuers', () => {
  const issuers = new Map<string, TokenIssuer>();
  let running: RunningGateway;
  let upstream: RunningUpstream;
  let folder: string;
  let file: string;

  const issuerOf = (name: (typeof NAMES)[number]): TokenIssuer => {
    const issuer = issuers.get(name);
    if (issuer === undefined) throw new Error(`no issuer ${name}`);
    return issuer;
  };
  const ask = (path: string, token: string) =>
    fetch(`${running.url}/${path}`, { headers: { Authorization: `Bearer ${token}` } });
  const statusOf = async (path: string, token: string) => (await ask(path, token)).status;
  const logOf = (name: string) => running.logged.filter(({ issuer }) => issuer === name);

  beforeAll(async () => {
    for (const name of NAMES) {
      const issuer = await startTokenIssuer();
      await issuer.addKey('first');
      issuers.set(name, issuer);
    }
    for (const name of ['starting', 'failing'] as const)
      issuerOf(name).answerWith((_request, response) => response.writeHead(503).end());
    folder = await mkdtemp(join(tmpdir(), 'rollcall-jwt-keys-'));
    file = join(folder, 'routes.yaml');
    await writeFile(file, routesFor([...issuers]));
    running = await startGateway({ ROUTES_FILE: file });
    upstream = await startUpstream((_req, res) => res.end('ok'));
    running.registry.list({ service_name: 'product', url: upstream.url });
    await eventually(async () => (await fetch(`${running.url}/open`)).status === 200);
  });
  afterAll(async () => {
    await Promise.all([running.stop(), upstream.stop(), ...[...issuers.values()].map((one) => one.stop())]);
    await rm(folder, { recursive: true });
  });

  it('are fetched once more for many tokens of a new key, none of which is refused', async () => {
    const issuer = issuerOf('rotating');
    const old = await issuer.sign({}, { kid: 'first' });
    expect(await statusOf('rotating', old)).toBe(200);
    const { fetches } = issuer;
    await issuer.addKey('second');
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, index) => issuer.sign({ jti: String(index) }, { kid: 'second' })),
    );
    const statuses = await Promise.all([old, ...tokens].map((token) => statusOf('rotating', token)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(issuer.fetches).toBe(fetches + 1);
  });

  it('end their tokens when the issuer withdraws them, those that were verified before too', async () => {
    const issuer = issuerOf('withdrawing');
    const old = await issuer.sign({}, { kid: 'first' });
    expect(await statusOf('withdrawing', old)).toBe(200);
    issuer.removeKey('first');
    await issuer.addKey('second');
    expect(await statusOf('withdrawing', await issuer.sign({}, { kid: 'second' }))).toBe(200);
    expect(await statusOf('withdrawing', old)).toBe(401);
  });

  it('are a fault of ours, and not of the caller, while they were never fetched', async () => {
    const issuer = issuerOf('starting');
    const token = await issuer.sign();
    const response = await ask('starting', token);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({ code: 'JWT_KEYS_UNAVAILABLE' });
    issuer.answerWith(undefined);
    // It asks again every few seconds.
    await eventually(async () => (await statusOf('starting', token)) === 200, { timeoutMs: 20_000 });
    await eventually(() => logOf('starting').some(({ event }) => event === 'jwks_loaded'));
    expect(logOf('starting')[0]).toMatchObject({ event: 'jwks_failed', level: 'error' });
  });

  it('are counted, with none for an issuer that cannot be asked', async () => {
    const metrics = await (await fetch(`${running.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/rollcall_gateway_token_issuer_keys\{.*issuer="rotating".*\} 2\n/);
    expect(metrics).toMatch(/rollcall_gateway_token_issuer_keys\{.*issuer="failing".*\} 0\n/);
    expect(metrics).toMatch(/rollcall_gateway_token_issuer_keys_age_seconds\{.*issuer="rotating".*\} \d/);
    expect(metrics).not.toMatch(/keys_age_seconds\{.*issuer="failing"/);
  });

  it('are not taken from where only this machine can ask', async () => {
    const token = await issuerOf('failing').sign({ iss: 'https://metadata.example/' });
    expect(await statusOf('metadata', token)).toBe(503);
    await eventually(() => logOf('metadata').length > 0);
    expect(logOf('metadata')[0]).toMatchObject({
      event: 'jwks_failed',
      cause: expect.stringMatching(/169\.254\.169\.254/) as string,
    });
  });

  it('stay through another version of the routes file, and nobody is asked for those that it leaves out', async () => {
    const issuer = issuerOf('withdrawing');
    const token = await issuer.sign({ jti: 'again' }, { kid: 'second' });
    const { fetches } = issuer;
    const rest = [...issuers].filter(([name]) => name !== 'rotating');
    await writeFile(file, routesFor(rest, '  - { path_prefix: /new, service: product }'));
    process.emit('SIGHUP');
    await eventually(async () => (await fetch(`${running.url}/new`)).status === 200);
    expect(await statusOf('withdrawing', token)).toBe(200);
    expect(issuer.fetches).toBe(fetches);
    expect(await statusOf('rotating', token)).toBe(404);
  });
});

describe('the keys of an issuer with an authority of its own', () => {
  let running: RunningGateway;
  let upstream: RunningUpstream;
  let issuer: TokenIssuer;
  let folder: string;
  let [ours, another]: string[] = [];

  const statusOf = async (claims: Readonly<Record<string, unknown>>, kid: string): Promise<number> => {
    const token = await issuer.sign(claims, { kid });
    return (await fetch(`${running.url}/a`, { headers: { Authorization: `Bearer ${token}` } })).status;
  };
  const reload = async (ca: string): Promise<void> => {
    await writeFile(join(folder, 'ca.pem'), ca);
    process.emit('SIGHUP');
  };

  beforeAll(async () => {
    const [authority, other] = [await createPrivateAuthority('one'), await createPrivateAuthority('other')];
    [ours, another] = [authority.ca, other.ca];
    issuer = await startTokenIssuer(await authority.issue());
    await issuer.addKey('first');
    folder = await mkdtemp(join(tmpdir(), 'rollcall-jwt-ca-'));
    await writeFile(join(folder, 'ca.pem'), another);
    await writeFile(
      join(folder, 'routes.yaml'),
      `version: 1
jwt_issuers:
  - { name: private, issuer: '${issuer.issuer}', jwks_url: '${issuer.jwksUrl}', ca_file: ca.pem, algorithms: [ ES256 ] }
routes:
  - { path_prefix: /a, service: product, jwt: { issuers: [ private ], audience: off } }
  - { path_prefix: /open, service: product }
`,
    );
    running = await startGateway({ ROUTES_FILE: join(folder, 'routes.yaml') });
    upstream = await startUpstream((_req, res) => res.end('ok'));
    running.registry.list({ service_name: 'product', url: upstream.url });
    await eventually(async () => (await fetch(`${running.url}/open`)).status === 200);
  });
  afterAll(async () => {
    await Promise.all([running.stop(), upstream.stop(), issuer.stop()]);
    await rm(folder, { recursive: true });
  });

  it('are not fetched while that is not trusted, and are as soon as it is', async () => {
    await eventually(() => running.logged.some(({ event }) => event === 'jwks_failed'));
    expect(running.logged.find(({ event }) => event === 'jwks_failed')).toMatchObject({
      issuer: 'private',
      cause: expect.stringMatching(/certificate of .* is not signed by/) as string,
    });
    expect(await statusOf({}, 'first')).toBe(503);
    expect(issuer.fetches).toBe(0);
    await reload(ours ?? '');
    await eventually(async () => (await statusOf({}, 'first')) === 200);
  });

  it('stay while its authority is renewed, so that no request is refused', async () => {
    const statuses = new Set<number>();
    let goesOn = true;
    const asking = Array.from({ length: 4 }, async (_, loop) => {
      for (let count = 0; goesOn; count += 1)
        statuses.add(await statusOf({ jti: `${loop}/${count}` }, 'first'));
    });
    try {
      for (const ca of [`${another}${ours}`, another, ours]) {
        const { fetches } = issuer;
        const failed = running.logged.filter(({ event }) => event === 'jwks_failed').length;
        await reload(ca ?? '');
        // Asked at once, with the authorities of now.
        await eventually(
          () =>
            issuer.fetches > fetches ||
            running.logged.filter(({ event }) => event === 'jwks_failed').length > failed,
        );
      }
    } finally {
      goesOn = false;
      await Promise.all(asking);
    }
    expect(statuses).toEqual(new Set([200]));
  });

  it('stay when the file with the authority is bad, which is a fault of the routes file', async () => {
    const { fetches } = issuer;
    await reload('nonsense');
    await eventually(() => running.logged.some(({ event }) => event === 'routes_refused'));
    expect(JSON.stringify(running.logged.find(({ event }) => event === 'routes_refused'))).toMatch(
      /ca_file .*ca\.pem holds no certificate in PEM/,
    );
    expect(await statusOf({ jti: 'later' }, 'first')).toBe(200);
    expect(issuer.fetches).toBe(fetches);
  });
});
