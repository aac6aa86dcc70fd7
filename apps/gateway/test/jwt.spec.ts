import {
  constants,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';
import { EncryptJWT, exportJWK } from 'jose';
import { startTokenIssuer, type TokenIssuer } from './support/token-issuer';

const SECRET = 'a shared secret of more than thirty-two bytes';

const routesFor = (main: TokenIssuer) => `
version: 1
jwt_issuers:
  - { name: main, issuer: '${main.issuer}', jwks_url: '${main.jwksUrl}', algorithms: [ ES256, RS256 ] }
  - { name: files, issuer: 'https://files.example/', jwks_file: jwks.json, algorithms: [ ES256 ] }
  - { name: shared, issuer: 'https://shared.example/', secret_file: secret, algorithms: [ HS256 ] }
routes:
  - { path_prefix: /open, service: product }
  - { path_prefix: /, methods: [ PUT ], service: order }
  - path_prefix: /guarded
    service: product
    cors: { origins: [ 'https://shop.example' ] }
    jwt:
      issuers: [ main, files, shared ]
      audience: [ orders ]
      claims_to_headers: { sub: X-User, groups: X-Groups }
  - path_prefix: /scoped
    service: product
    jwt: { issuers: [ main ], audience: [ orders ], scopes: [ 'orders:read', 'orders:list' ], keep_token: false }
  - path_prefix: /optional
    service: product
    jwt: { issuers: [ main ], audience: off, optional: true, from: [ { header: Authorization }, { cookie: token }, { query: access_token } ], claims_to_headers: { sub: X-User } }
  - path_prefix: /counted
    service: product
    jwt: { issuers: [ main ], audience: [ orders ] }
    rate_limit: { requests: 1, per_seconds: 3600, by: 'claim:sub' }
`;

const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
const forEncryption = generateKeyPairSync('rsa', { modulusLength: 2048 });
const theirs = generateKeyPairSync('rsa', { modulusLength: 2048 });

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token that no library would make. */
function forged(head: object, claims: unknown, sign: (text: string) => Buffer): string {
  const text = `${encoded(head)}.${encoded(claims)}`;
  return `${text}.${sign(text).toString('base64url')}`;
}
const byRsa = (key: KeyObject) => (text: string) => sign('sha256', Buffer.from(text), key);
const byPss = (key: KeyObject) => (text: string) =>
  sign('sha256', Buffer.from(text), { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
const byHmac = (secret: string | Buffer) => (text: string) =>
  createHmac('sha256', secret).update(text).digest();

describe('a route with jwt', () => {
  let issuer: TokenIssuer;
  let running: RunningGateway;
  let upstream: RunningUpstream;
  let folder: string;

  beforeAll(async () => {
    issuer = await startTokenIssuer();
    await issuer.addKey('first');
    await issuer.addKey('rsa', 'RS256');
    issuer.addJwk({ ...(await exportJWK(short.publicKey)), kid: 'short' });
    issuer.addJwk({ ...(await exportJWK(forEncryption.publicKey)), kid: 'enc', use: 'enc' });
    folder = await mkdtemp(join(tmpdir(), 'rollcall-jwt-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(join(folder, 'jwks.json'), JSON.stringify(issuer.jwks()));
    await writeFile(join(folder, 'secret'), `${SECRET}\n`);
    await writeFile(file, routesFor(issuer));
    running = await startGateway({ ROUTES_FILE: file, TRUSTED_PROXIES: '127.0.0.0/8', LOG_LEVEL: 'info' });
    upstream = await startUpstream((req, res) => {
      res.end(JSON.stringify({ url: req.url, headers: req.headers }));
    });
    running.registry.list({
      service_name: 'product',
      url: upstream.url,
      routes: [{ path_prefix: '/announced' }],
    });
    await eventually(async () => (await fetch(`${running.url}/open`)).status === 200);
  });
  afterAll(async () => {
    await Promise.all([running.stop(), upstream.stop(), issuer.stop()]);
    await rm(folder, { recursive: true });
  });

  // Each from a client of its own, since failed tokens are counted by client.
  let clients = 0;
  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(running.url + path, {
      headers: { 'X-Forwarded-For': `198.51.${100 + (clients >> 8)}.${clients++ & 255}`, ...headers },
    });
  const bearing = (path: string, token: string, headers: Record<string, string> = {}) =>
    ask(path, { Authorization: `Bearer ${token}`, ...headers });
  const seen = async (response: Response) =>
    (await response.json()) as { url: string; headers: Record<string, string | undefined> };
  const refusal = async (response: Response) => ({
    status: response.status,
    code: ((await response.json()) as { code: string }).code,
    challenge: response.headers.get('www-authenticate'),
  });

  it('takes a valid token, and tells instances whose it is', async () => {
    const response = await bearing('/guarded', await issuer.sign({ groups: ['a', 'b'] }), {
      'X-User': 'root',
      'x-groups': 'admin',
      X_User: 'root',
    });
    expect(response.status).toBe(200);
    const { headers } = await seen(response);
    expect(headers).toMatchObject({ 'x-user': 'alice', 'x-groups': 'a,b' });
    expect(headers['x_user']).toBeUndefined();
    expect(headers['authorization']).toMatch(/^Bearer /);
  });

  it('takes it again from memory, with the same claims', async () => {
    const token = await issuer.sign({ sub: 'bob' });
    for (let time = 0; time < 3; time += 1)
      expect((await seen(await bearing('/guarded', token))).headers['x-user']).toBe('bob');
  });

  it('takes tokens of keys in a file', async () => {
    const token = await issuer.sign({ iss: 'https://files.example/' });
    expect((await bearing('/guarded', token)).status).toBe(200);
  });

  it('takes tokens of a shared secret, whatever key id they name', async () => {
    const head = { alg: 'HS256', kid: 'any' };
    const token = forged(head, claims({ iss: 'https://shared.example/' }), byHmac(SECRET));
    expect((await bearing('/guarded', token)).status).toBe(200);
  });

  it('says what is missing, by RFC 6750', async () => {
    expect(await refusal(await ask('/guarded'))).toEqual({
      status: 401,
      code: 'JWT_REQUIRED',
      challenge: 'Bearer realm="/guarded"',
    });
    expect(await refusal(await ask('/guarded', { Authorization: 'Basic YTpi' }))).toMatchObject({
      code: 'JWT_REQUIRED',
    });
    const scoped = await bearing('/scoped', await issuer.sign({ scope: 'orders:list orders:write' }));
    expect(await refusal(scoped)).toEqual({
      status: 403,
      code: 'JWT_INSUFFICIENT_SCOPE',
      challenge: 'Bearer realm="/scoped", error="insufficient_scope", scope="orders:read orders:list"',
    });
  });

  it('lets pages read its refusals', async () => {
    const response = await ask('/guarded', { Origin: 'https://shop.example' });
    expect(response.headers.get('access-control-allow-origin')).toBe('https://shop.example');
  });

  it.each([
    ['text', 'orders:list orders:read x'],
    ['a list', ['orders:read', 'orders:list']],
  ])('takes scopes that are %s, and keeps the token where the route says so', async (_form, scope) => {
    const response = await bearing('/scoped', await issuer.sign({ scope }));
    expect(response.status).toBe(200);
    expect((await seen(response)).headers['authorization']).toBeUndefined();
  });

  it('takes tokens from cookies and queries, and takes them off', async () => {
    const token = await issuer.sign({ aud: 'others' });
    const byCookie = await ask('/optional', { Cookie: `a=1; token=${token}; b=2` });
    const { headers } = await seen(byCookie);
    expect(headers).toMatchObject({ cookie: 'a=1; b=2', 'x-user': 'alice' });
    const byQuery = await seen(await ask(`/optional?a=1&access_token=${token}&b=2`));
    expect(byQuery).toMatchObject({ url: '/optional?a=1&b=2', headers: { 'x-user': 'alice' } });
  });

  it('refuses a request with two tokens', async () => {
    const token = await issuer.sign();
    const ambiguous = { status: 400, code: 'JWT_AMBIGUOUS', challenge: /error="invalid_request"$/ };
    const both = [
      () => bearing('/optional', token, { Cookie: `token=${token}` }),
      () => bearing(`/optional?access_token=${token}`, token),
      () => ask(`/optional?access_token=${token}&access_token=${token}`),
      () => ask('/optional', { Cookie: `token=${token}; token=${token}` }),
    ];
    for (const send of both) {
      const { challenge, ...rest } = await refusal(await send());
      expect(rest).toEqual({ status: ambiguous.status, code: ambiguous.code });
      expect(challenge).toMatch(ambiguous.challenge);
    }
  });

  it('may do without a token, never with a bad one, and believes nothing that a caller says of himself', async () => {
    const response = await ask('/optional', { 'X-User': 'root' });
    expect(response.status).toBe(200);
    expect((await seen(response)).headers['x-user']).toBeUndefined();
    expect((await bearing('/optional', 'a.b.c')).status).toBe(401);
  });

  it('takes the headers of claims from callers on the other routes of the service too', async () => {
    const { headers } = await seen(
      await ask('/open', { 'X-User': 'root', X_Groups: 'admin', 'X-Other': 'a' }),
    );
    expect(headers['x-user']).toBeUndefined();
    expect(headers['x_groups']).toBeUndefined();
    expect(headers['x-other']).toBe('a');
  });

  it.each([
    ['free', 'GET'],
    ['covered by a route of another service', 'PUT'],
  ])(
    'takes the headers of claims from callers on a path that the service announces (%s)',
    async (_, method) => {
      const headers = { 'X-User': 'root', X_Groups: 'admin', 'X-Other': 'a' };
      const send = () => fetch(`${running.url}/announced`, { method, headers });
      await eventually(async () => (await send()).status === 200);
      const { headers: got } = await seen(await send());
      expect([got['x-user'], got['x_groups'], got['x-other']]).toEqual([undefined, undefined, 'a']);
    },
  );

  it('counts requests by a claim', async () => {
    const tokens = await Promise.all(['alice', 'alice', 'bob'].map((sub) => issuer.sign({ sub, jti: sub })));
    const statuses = [];
    for (const token of tokens) statuses.push((await bearing('/counted', token)).status);
    expect(statuses).toEqual([200, 429, 200]);
  });

  const claims = (more: Readonly<Record<string, unknown>> = {}) => ({
    iss: issuer.issuer,
    aud: 'orders',
    sub: 'mallory',
    exp: soon() + 3600,
    ...more,
  });
  const soon = () => Math.floor(Date.now() / 1000);
  /** Right in all but what is said here. */
  const rs256 = (head: object, more?: Readonly<Record<string, unknown>>) =>
    forged({ alg: 'RS256', kid: 'rsa', ...head }, claims(more), byRsa(issuer.privateKey('rsa')));
  const rsaPem = () => {
    const jwk = issuer.jwks().keys.find(({ kid }) => kid === 'rsa');
    return createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  };
  const tampered = async (change: (token: string) => string) => change(await issuer.sign());

  it('takes a token that is made by hand, but for nothing else than what the following are refused', async () => {
    expect((await bearing('/guarded', rs256({}))).status).toBe(200);
    expect((await bearing('/guarded', rs256({ typ: 'JWT', jku: 'https://evil.example/' }))).status).toBe(200);
  });

  it.each<[string, () => string | Promise<string>]>([
    ['no algorithm', () => forged({ alg: 'none' }, claims(), () => Buffer.from('x'))],
    ['no signature', () => `${encoded({ alg: 'none' })}.${encoded(claims())}.`],
    ['no algorithm in another case', () => forged({ alg: 'nOnE' }, claims(), () => Buffer.from('x'))],
    [
      'the public key as a secret',
      () => forged({ alg: 'HS256', kid: 'rsa' }, claims(), byHmac(Buffer.from(rsaPem()))),
    ],
    ['the secret of another issuer', () => forged({ alg: 'HS256' }, claims(), byHmac(SECRET))],
    ['an unknown critical member', () => rs256({ crit: ['x'], x: 1 })],
    ['an unencoded payload', () => rs256({ crit: ['b64'], b64: false })],
    [
      'a key of its own',
      async () =>
        forged({ alg: 'RS256', jwk: await exportJWK(theirs.publicKey) }, claims(), byRsa(theirs.privateKey)),
    ],
    [
      'a key of its own under a known id',
      async () =>
        forged(
          { alg: 'RS256', kid: 'rsa', jwk: await exportJWK(theirs.publicKey) },
          claims(),
          byRsa(theirs.privateKey),
        ),
    ],
    [
      'a key id that is a path',
      () => forged({ alg: 'RS256', kid: '../../etc/passwd' }, claims(), byRsa(theirs.privateKey)),
    ],
    [
      'a key id that every object has',
      () => forged({ alg: 'RS256', kid: '__proto__' }, claims(), byRsa(theirs.privateKey)),
    ],
    ['a key id that is no text', () => forged({ alg: 'RS256', kid: 7 }, claims(), byRsa(theirs.privateKey))],
    [
      'an RSA key of 1024 bits',
      () => forged({ alg: 'RS256', kid: 'short' }, claims(), byRsa(short.privateKey)),
    ],
    [
      'a key for encryption',
      () => forged({ alg: 'RS256', kid: 'enc' }, claims(), byRsa(forEncryption.privateKey)),
    ],
    [
      'an algorithm that its issuer does not use',
      () => forged({ alg: 'PS256', kid: 'rsa' }, claims(), byPss(issuer.privateKey('rsa'))),
    ],
    [
      'an algorithm that is not the one of its key',
      () => forged({ alg: 'RS256', kid: 'first' }, claims(), byRsa(issuer.privateKey('rsa'))),
    ],
    ['an expiry that is text', () => issuer.sign({ exp: '9999999999' })],
    ['no expiry', () => issuer.sign({ exp: undefined })],
    ['an expiry in the past', () => issuer.sign({ exp: soon() - 31 })],
    ['a beginning in the future', () => issuer.sign({ nbf: soon() + 60 })],
    ['another audience', () => issuer.sign({ aud: ['products', 'orders2'] })],
    ['no audience', () => issuer.sign({ aud: undefined })],
    ['another issuer', () => issuer.sign({ iss: 'https://evil.example/' })],
    ['an issuer without the slash', () => issuer.sign({ iss: issuer.issuer.slice(0, -1) })],
    ['no issuer', () => issuer.sign({ iss: undefined })],
    ['the name of the issuer with a secret', () => issuer.sign({ iss: 'https://shared.example/' })],
    [
      'claims that are a list',
      () => forged({ alg: 'HS256' }, [claims({ iss: 'https://shared.example/' })], byHmac(SECRET)),
    ],
    ['padding behind its signature', () => tampered((token) => `${token}=`)],
    ['blanks inside', () => tampered((token) => token.replace('.', '. '))],
    ['a fourth part', () => tampered((token) => `${token}.e30`)],
    [
      'an encryption',
      async () =>
        new EncryptJWT(claims())
          .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
          .encrypt(Buffer.alloc(32, 1)),
    ],
    ['more than 8 KiB', () => issuer.sign({ filler: 'x'.repeat(6200) })],
    ['a claim for a header that is a map', () => issuer.sign({ groups: { a: 1 } })],
    ['a claim for a header with a line break', () => issuer.sign({ sub: 'a\r\nX-Admin: yes' })],
    ['a claim for a header beyond Latin-1', () => issuer.sign({ sub: '\u4e2d' })],
    ['a claim for a header of more than 1 KiB', () => issuer.sign({ sub: 'x'.repeat(1025) })],
    ['a list with a comma in an item', () => issuer.sign({ groups: ['user,admin'] })],
  ])('refuses a token with %s', async (_what, make) => {
    const token = await make();
    const before = upstream.requests.length;
    const response = await bearing('/guarded', token);
    expect(await refusal(response)).toEqual({
      status: 401,
      code: 'JWT_INVALID',
      challenge: 'Bearer realm="/guarded", error="invalid_token"',
    });
    expect(upstream.requests).toHaveLength(before);
  });

  it('asks nobody whom a token names', async () => {
    const other = await startTokenIssuer();
    await other.addKey('other');
    for (const member of ['jku', 'x5u'])
      expect(
        (await bearing('/guarded', await other.sign({ iss: issuer.issuer }, { [member]: other.jwksUrl })))
          .status,
      ).toBe(401);
    expect(other.fetches).toBe(0);
    await other.stop();
  });

  it('stops looking at the tokens of a client that sends too many bad ones, and at nobody else', async () => {
    const from = (client: string, token: string) => bearing('/guarded', token, { 'X-Forwarded-For': client });
    const statuses: number[] = [];
    // Many at a time: one after another they might come no faster than they are forgiven.
    await eventually(async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => from('203.0.113.9', 'a.b.c')));
      statuses.push(...answers.map(({ status }) => status));
      return statuses.includes(429);
    });
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect((await from('203.0.113.10', await issuer.sign({ sub: 'new' }))).status).toBe(200);
  });

  it('shows its policy, and no token, key or secret anywhere', async () => {
    const token = await issuer.sign({ sub: 'secretive' });
    await bearing('/guarded', token);
    await ask(`/optional?access_token=${token}`);
    await bearing('/guarded', `${token.slice(0, -8)}AAAAAAAA`);
    const { routes } = (await running.admin('/routes')) as {
      routes: { path_prefix: string; policies: string[] }[];
    };
    expect(routes.find(({ path_prefix: path }) => path === '/guarded')?.policies).toContain(
      'jwt: of main, files, shared; for orders; in the header Authorization; passes on sub as X-User, groups as X-Groups',
    );
    const explained = JSON.stringify(await running.admin('/explain?path=/guarded'));
    expect(explained).toContain('jwt: of main');
    const metrics = await (await fetch(`${running.adminUrl}/metrics`)).text();
    const said = [
      explained,
      metrics,
      JSON.stringify(routes),
      JSON.stringify(await running.admin('/config')),
      JSON.stringify(running.logged),
    ].join();
    for (const secret of [...token.split('.'), SECRET, 'secretive']) expect(said).not.toContain(secret);
    expect(metrics).toMatch(/policy_answers_total\{.*http_route="\/guarded",policy="jwt".*\} [1-9]/);
  });
});
