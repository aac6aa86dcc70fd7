import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, startFullListener } from '@rollcall/testing';
import { openRawConnection } from './support/raw-request';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');

const ROUTES = `
version: 1
api_keys:
  - { name: ci, sha256: ${sha256('the key of ci')} }
  - { name: web, sha256: ${sha256('the key of web')} }
routes:
  - path_prefix: /plain
    service: product
  - path_prefix: /limited
    service: product
    cors: { origins: [ 'https://shop.example' ] }
    rate_limit: { requests: 2, per_seconds: 3600 }
  - path_prefix: /small
    service: product
    body_limit_bytes: 10
  - path_prefix: /guarded
    service: product
    api_key: { names: [ ci ] }
  - path_prefix: /by-query
    service: product
    api_key: { query: api_key }
  - path_prefix: /cookies
    service: product
    methods: [ GET ]
    cors: { origins: [ 'https://*.shop.example' ], credentials: true, headers: [ X-Cart ], expose: [ X-Total ] }
  - path_prefix: /old
    service: product
    rewrite: { prefix: /new/v2 }
    request_headers: { set: { X-Set: ours }, add: { X-Added: more }, remove: [ x-removed ] }
    response_headers: { set: { X-Answer: ours }, remove: [ server ] }
  - path_prefix: /far
    service: far
    timeouts: { connect_ms: 50 }
  - path_prefix: /hurried
    service: hurried
    timeouts: { headers_ms: 50 }
  - path_prefix: /hurried-h2c
    service: hurried-h2c
    protocol: h2c
    timeouts: { headers_ms: 50 }
  - path_prefix: /waiting
    service: nobody
    api_key: {}
`;

describe('policies of routes', () => {
  let running: RunningGateway;
  let upstream: RunningUpstream;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-policies-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(file, ROUTES);
    running = await startGateway({ ROUTES_FILE: file, CONNECT_TIMEOUT_MS: '600000' });
    upstream = await startUpstream((req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('error', () => undefined);
      req.on('end', () => {
        res.setHeader('Server', 'theirs');
        res.setHeader('Access-Control-Allow-Origin', '*');
        res.setHeader('Vary', 'Accept');
        res.end(
          JSON.stringify({ url: req.url, headers: req.headers, body: Buffer.concat(chunks).toString() }),
        );
      });
    });
    running.registry.list({ service_name: 'product', url: upstream.url });
    await eventually(async () => (await fetch(`${running.url}/plain`)).status === 200);
  });
  afterAll(async () => {
    await Promise.all([running.stop(), upstream.stop()]);
    await rm(folder, { recursive: true });
  });

  const ask = (path: string, init?: RequestInit) => fetch(running.url + path, init);
  const seenBy = async (response: Response) =>
    (await response.json()) as { url: string; headers: Record<string, string>; body: string };
  const refusal = async (response: Response) => ({
    status: response.status,
    code: ((await response.json()) as { code: string }).code,
    proxyStatus: response.headers.get('proxy-status'),
  });

  it('leave a route alone that has none', async () => {
    const response = await ask('/plain?x=1');
    expect(response.headers.get('server')).toBe('theirs');
    expect(response.headers.has('ratelimit')).toBe(false);
    expect((await seenBy(response)).url).toBe('/plain?x=1');
  });

  it('count requests, say what is left, and refuse what is more, in words that pages may read', async () => {
    const asPage = { headers: { Origin: 'https://shop.example' } };
    const left = [];
    for (let index = 0; index < 2; index += 1)
      left.push((await ask('/limited', asPage)).headers.get('ratelimit'));
    const refused = await ask('/limited', asPage);
    // A minute may pass in between.
    expect(left).toEqual([
      expect.stringMatching(/^"client";r=1;t=(1800|17[4-9]\d)$/),
      expect.stringMatching(/^"client";r=0;t=(3600|35[4-9]\d)$/),
    ]);
    expect(refused.headers.get('ratelimit-policy')).toBe('"client";q=2;w=3600');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1700);
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(await refusal(refused)).toEqual({
      status: 429,
      code: 'RATE_LIMITED',
      proxyStatus: 'rollcall; error=http_request_denied',
    });
    const metrics = await (await fetch(`${running.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/policy_answers_total\{.*http_route="\/limited",policy="rate_limit".*\} 1/);
  });

  it('refuse a body that says that it is too long before anybody is asked for it', async () => {
    const before = upstream.requests.length;
    const connection = await openRawConnection(running.port);
    connection.socket.write(
      'POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n',
    );
    await connection.closed;
    expect(connection.received()).toMatch(/^HTTP\/1\.1 413 /);
    expect(upstream.requests.length).toBe(before);
    expect((await seenBy(await ask('/small', { method: 'POST', body: '0123456789' }))).body).toBe(
      '0123456789',
    );
  });

  it('cut off a body that grows too long, and never let it pass for a whole one', async () => {
    const before = upstream.requests.length;
    const connection = await openRawConnection(running.port);
    connection.socket.write(
      'POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nfirst \r\n',
    );
    const arrived = await eventually(() => upstream.requests[before]);
    connection.socket.write('6\r\nsecond\r\n0\r\n\r\n');
    await eventually(() => connection.received().includes('413'));
    expect(connection.received()).toContain('BODY_TOO_LARGE');
    await eventually(() => arrived.destroyed);
    expect(arrived.complete).toBe(false);
    connection.socket.destroy();
  });

  it('let in who has a key for the route, under its name and without the key', async () => {
    const response = await ask('/guarded', {
      headers: { 'X-Api-Key': 'the key of ci', 'X-Forwarded-Consumer': 'root' },
    });
    const { headers } = await seenBy(response);
    expect(headers['x-forwarded-consumer']).toBe('ci');
    expect(headers).not.toHaveProperty('x-api-key');
  });

  it.each([
    ['no key', {}, { status: 401, code: 'API_KEY_REQUIRED' }],
    ['an unknown key', { 'X-Api-Key': 'guessed' }, { status: 401, code: 'API_KEY_UNKNOWN' }],
    ['a key for elsewhere', { 'X-Api-Key': 'the key of web' }, { status: 403, code: 'API_KEY_FORBIDDEN' }],
  ])('refuse %s', async (_what, headers: Record<string, string>, expected) => {
    expect(await refusal(await ask('/guarded', { headers }))).toMatchObject(expected);
  });

  it('take a key from the query, and leave the rest of it as it was', async () => {
    const { url } = await seenBy(await ask('/by-query/x?b=%20&api_key=the+key+of+web&a'));
    expect(url).toBe('/by-query/x?b=%20&a');
  });

  it('do not let a caller name itself on a route without keys', async () => {
    const { headers } = await seenBy(await ask('/plain', { headers: { 'X-Forwarded-Consumer': 'root' } }));
    expect(headers).not.toHaveProperty('x-forwarded-consumer');
  });

  it('answer a preflight, for methods that the route takes and browsers ask about', async () => {
    const before = upstream.requests.length;
    const response = await ask('/cookies/1', {
      method: 'OPTIONS',
      headers: { Origin: 'https://a.shop.example', 'Access-Control-Request-Method': 'GET' },
    });
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://a.shop.example',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': 'X-Cart',
      'access-control-max-age': '600',
      vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    });
    expect(upstream.requests.length).toBe(before);
  });

  it('refuse a preflight of another origin', async () => {
    const response = await ask('/cookies', {
      method: 'OPTIONS',
      headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'GET' },
    });
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
    expect(await refusal(response)).toMatchObject({ status: 403, code: 'ORIGIN_NOT_ALLOWED' });
  });

  it('put their own CORS fields in place of those of the instance', async () => {
    const fieldsFor = async (origin: string) =>
      Object.fromEntries((await ask('/cookies', { headers: { Origin: origin } })).headers);
    expect(await fieldsFor('https://a.shop.example')).toMatchObject({
      'access-control-allow-origin': 'https://a.shop.example',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'X-Total',
      vary: 'Accept, Origin',
    });
    const stranger = await fieldsFor('https://evil.example');
    expect(stranger).not.toHaveProperty('access-control-allow-origin');
    expect(stranger).toMatchObject({ vary: 'Accept, Origin' });
  });

  it('change paths and fields', async () => {
    const response = await ask('/old/7?x', { headers: { 'X-Removed': 'a', 'X-Set': 'b', 'X-Added': 'c' } });
    const { url, headers } = await seenBy(response);
    expect(url).toBe('/new/v2/7?x');
    expect(headers).toMatchObject({ 'x-set': 'ours', 'x-added': 'c, more' });
    expect(headers).not.toHaveProperty('x-removed');
    expect(response.headers.get('x-answer')).toBe('ours');
    expect(response.headers.has('server')).toBe(false);
  });

  it.each([
    ['longer than the route says', 'far'],
    ['longer than the route waits for an answer', 'hurried'],
    ['longer than that over HTTP/2 either', 'hurried-h2c'],
  ])('do not wait for a connection %s', async (_, service) => {
    const full = await startFullListener();
    running.registry.list({ service_name: service, url: full.url });
    expect(await refusal(await ask(`/${service}`))).toEqual({
      status: 504,
      code: 'UPSTREAM_CONNECT_TIMEOUT',
      proxyStatus: 'rollcall; error=connection_timeout',
    });
    await full.close();
  });

  it('ask for a key before they switch protocols', async () => {
    const connection = await openRawConnection(running.port);
    connection.socket.write(
      'GET /guarded HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    await connection.closed;
    expect(connection.received()).toMatch(/^HTTP\/1\.1 401 .*WWW-Authenticate: ApiKey/s);
  });

  it('refuse before anybody is held', async () => {
    expect(await refusal(await ask('/waiting'))).toMatchObject({ status: 401 });
  });
});
