import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import fc from 'fast-check';
import { eventually } from '@rollcall/testing';
import { openRawConnection } from '../support/raw-request';
import { startGateway, type RunningGateway } from '../support/start-gateway';
import { startUpstream, type RunningUpstream } from '../support/start-upstream';

/** Every route marks its answers, the gateway's refusals included: the mark says whose policies were applied. */
const marked = (path: string, policies: string) =>
  `  - { path_prefix: '${path}', service: web, response_headers: { set: { X-Judged-As: '${path}' } }, ${policies} }`;

const ROUTES = `
version: 1
api_keys: [ { name: ci, sha256: '${createHash('sha256').update('the key').digest('hex')}' } ]
routes:
${marked('/', '')}
${marked('/admin', 'api_key: {}')}
${marked('/files/private', 'api_key: {}')}
${marked('/limited', 'rate_limit: { requests: 1, per_seconds: 3600, by: route }')}
${marked('/small', 'body_limit_bytes: 1')}
${marked('/pages', "cors: { origins: ['https://shop.example'] }")}
${marked('/named', 'request_headers: { set: { X-Named: ours } }')}
${marked('/stripped', 'strip_prefix: true')}
${marked('/stripped/admin', 'api_key: {}')}
${marked('/read', 'methods: [GET], api_key: {}')}
${marked('/Camel', 'rate_limit: { requests: 1000, per_seconds: 1, by: route }')}
${marked('/camel', '')}
${marked('/camel/private', 'api_key: {}')}
  - { path_prefix: /, service: web, host: shop.example, response_headers: { set: { X-Judged-As: shop } }, api_key: {} }
`;

interface Answer {
  readonly status: number;
  /** The prefix whose policies it bears. */
  readonly judgedAs: string | undefined;
  readonly text: string;
}

describe('a path in another spelling', () => {
  let folder: string;
  let running: RunningGateway;
  let upstream: RunningUpstream;
  let app: Awaited<ReturnType<typeof startExpress>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-spellings-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(file, ROUTES);
    running = await startGateway({ ROUTES_FILE: file });
    app = await startExpress();
    upstream = await startUpstream((req, res) =>
      res.end(`arrived ${req.url} ${String(req.headers['x-named'])}.`),
    );
    running.registry.list({ service_name: 'web', url: upstream.url });
    await eventually(async () => (await fetch(running.url)).status === 200);
  });
  afterAll(async () => {
    await Promise.all([running.stop(), upstream.stop(), app.stop()]);
    await rm(folder, { recursive: true });
  });

  async function ask(target: string, fields = '', method = 'GET', host = 'h'): Promise<Answer> {
    const connection = await openRawConnection(running.port);
    connection.send(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${fields}\r\n`);
    const text = await connection.untilClosed();
    connection.socket.destroy();
    const [, status = ''] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? [];
    const [, judgedAs] = /\r\nX-Judged-As: ([^\r]*)\r\n/i.exec(text) ?? [];
    return { status: Number(status), judgedAs, text };
  }

  const WITH_KEY = 'X-Api-Key: the key\r\n';

  it.each([
    '/%61dmin',
    '/%61dmin/keys',
    '//admin/keys',
    '///admin',
    '//h/admin',
    '/;/admin',
    '/;v=1/admin',
    '/admin;v=1/keys',
    '/admin%3Bv',
    '/\\admin',
    '\\/admin',
    '/%5cadmin',
    '/%2Fadmin',
    '/%2fadmin%2fkeys',
    '/admin%2Fkeys',
    '/x/../admin',
    '/x/%2e%2e/admin',
    '/x%2f..%2fadmin',
    '/x/..;/admin',
    '/x\\..\\admin',
    '/./admin',
    '/admin%00',
    '/admin#x',
    '/files//private/1',
    '/files/%70rivate/1',
    '/files/private%2F1',
    '/files/x/..%2fprivate',
    '/stripped//admin',
    '/stripped/;x/admin',
    'http://h//admin',
    'http://h/%61dmin',
    'http://h\\admin',
    'http:///admin',
    '/livez%2F..%2Fadmin',
    '/ADMIN',
    '/Admin/keys',
    '/%41DMIN',
    '/ADMIN%2Fkeys',
    '//ADMIN',
    '/;x/aDmin',
    '/Files/Private/1',
    '/files/PRIVATE',
    '/Camel/private',
    '/STRIPPED/ADMIN',
    'http://h/ADMIN',
    '/%2561dmin',
    '/%25%36%31dmin',
    '/%2541DMIN',
    '/%252Fadmin',
    '/%255cadmin',
    '/x/%252e%252e/admin',
    '/files/%25%32%65%25%32%65/admin',
    '/files/private%252F1',
  ])('%s is not asked for without the key', async (target) => {
    const before = upstream.requests.length;
    const { status } = await ask(target);
    expect([400, 401]).toContain(status);
    expect(upstream.requests.length).toBe(before);
  });

  it.each([
    ['/admin//keys', '/admin'],
    ['/admin/keys;v=1', '/admin'],
    ['/admin/a%2Fb\\c', '/admin'],
    ['/admin/%6Beys', '/admin'],
    ['/x//y;z=1/%7e/a%2fb', '/'],
    ['/admin/KEYS', '/admin'],
    ['/Other/AbC', '/'],
    ['/Camel/AbC', '/Camel'],
    ['/camel/AbC', '/camel'],
    ['/admin/100%2561', '/admin'],
    ['/x/100%25ab', '/'],
    ['/.well-known/x', '/'],
    ['//', '/'],
  ])('%s is forwarded as it came where every reading leads to %s', async (target, prefix) => {
    expect(await ask(target, WITH_KEY)).toMatchObject({
      status: 200,
      judgedAs: prefix,
      text: expect.stringContaining(`arrived ${target} `),
    });
  });

  it.each([
    ['/stripped/a//b', '/a//b'],
    ['/stripped//x/admin', '/x/admin'],
    ['/stripped/\\x/admin', '/x/admin'],
  ])(
    '%s arrives without its prefix as %s, whose beginning nobody takes for a host',
    async (target, arrives) => {
      expect(await ask(target)).toMatchObject({
        status: 200,
        judgedAs: '/stripped',
        text: expect.stringContaining(`arrived ${arrives} `),
      });
    },
  );

  it.each([
    ['rate_limit', '/limited', '/%6Cimited', ''],
    ['rate_limit', '/limited', '//limited', ''],
    ['rate_limit', '/limited', '/LIMITED', ''],
    ['rate_limit', '/limited', '/Limited/x', ''],
    ['rate_limit', '/limited', '/%256Cimited', ''],
    ['body_limit', '/small', '/Small', 'Content-Length: 2\r\n'],
    ['cors', '/pages', '/PAGES', 'Origin: https://shop.example\r\n'],
    ['its own answer', '/livez', '/LIVEZ', ''],
    ['body_limit', '/small', '/sm%61ll', 'Content-Length: 2\r\n'],
    ['body_limit', '/small', '/\\small', 'Content-Length: 2\r\n'],
    ['cors', '/pages', '/;/pages', 'Origin: https://shop.example\r\n'],
    ['cors', '/pages', '/%2Fpages', 'Origin: https://shop.example\r\n'],
    ['header rules', '/named', '/named%2Fx', ''],
    ['header rules', '/named', '/x/..%5Cnamed', ''],
  ])('%s of %s is not gone around as %s', async (_policy, _plain, target, fields) => {
    const before = upstream.requests.length;
    expect((await ask(target, fields, fields.startsWith('Content') ? 'POST' : 'GET')).status).toBe(400);
    expect(upstream.requests.length).toBe(before);
  });

  it('says what is wrong and how to write it', async () => {
    const { text } = await ask('//admin/keys');
    expect(text).toContain('"code":"AMBIGUOUS_PATH"');
    expect(text).toMatch(/Send it without/);
    expect(await running.admin('/explain?path=//admin/keys')).toMatchObject({
      verdict: 'refused',
      why: expect.stringContaining('different routes'),
    });
    expect(await running.admin('/explain?path=/x/%252e%252e/y')).toMatchObject({ verdict: 'refused' });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'])(
    'is not gone around with %s where the guarded route does not take it',
    async (method) => {
      const before = upstream.requests.length;
      const { status, text } = await ask('/read/1', 'Content-Length: 0\r\n', method);
      expect(status).toBe(405);
      expect(text).toMatch(/\r\nAllow: GET, HEAD\r\n/);
      expect(upstream.requests.length).toBe(before);
    },
  );

  it.each([
    ['shop.example', '/'],
    ['SHOP.Example', '/'],
    ['shop.example.', '/'],
    ['shop.example.:8000', '/'],
    ['shop.example:', '/'],
    ['h', 'http://shop.example/'],
    ['h', 'http://shop.example./'],
    ['h', 'HTTP://SHOP.example.:80/x'],
    ['h', 'http://shop.example?x'],
  ])('with Host %s, %s, is asked for its key', async (host, target) => {
    expect(await ask(target, '', 'GET', host)).toMatchObject({ status: 401, judgedAs: 'shop' });
  });

  /** What servers make of a target; the path that each of them would look for a handler with. */
  const SERVERS: Record<string, (path: string) => string> = {
    'Node, by the text as it came': (path) => path,
    'Node, by WHATWG URL': pathnameOf,
    'Node, by WHATWG URL and decoded': (path) => decoded(pathnameOf(path)),
    'nginx: decoded, slashes merged': (path) => walked(decoded(path).replace(/\/+/g, '/')),
    'Tomcat: parameters off, decoded': (path) =>
      walked(decoded(path.replace(/;[^/]*/g, '')).replace(/\/+/g, '/')),
    'IIS: decoded, backslashes turned': (path) =>
      walked(decoded(path).replaceAll('\\', '/').replace(/\/+/g, '/')),
    'PHP behind a rewriting Apache: decoded twice': (path) =>
      walked(decoded(decoded(path)).replace(/\/+/g, '/')),
    'ASP.NET: decoded, without letter case': (path) => walked(decoded(path)).toLowerCase(),
    'Go: cleaned as it came': (path) => walked(path.replace(/\/+/g, '/')),
  };
  const PREFIXES = ['/stripped/admin', '/files/private', '/admin', '/named', '/stripped'];
  const guardOf = (path: string) =>
    PREFIXES.find((prefix) => path === prefix || path.startsWith(`${prefix}/`)) ?? '/';

  /** Express with its defaults; says which of its handlers had the request. */
  async function startExpress(): Promise<{ reads(path: string): Promise<string>; stop(): Promise<void> }> {
    const app = express();
    for (const prefix of [...PREFIXES, '/'])
      app.use(prefix, (_req, res) => void res.end(`handler ${prefix}.`));
    const server = await startUpstream(app);
    return {
      async reads(path) {
        const connection = await openRawConnection(server.port);
        connection.send(`GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
        const text = await connection.untilClosed();
        connection.socket.destroy();
        const [, prefix = text] = /handler ([^.]*)\./.exec(text) ?? [];
        return prefix;
      },
      stop: () => server.stop(),
    };
  }

  it('finds in Express what the gateway is to guard', async () => {
    expect(await Promise.all(['/ADMIN', '/admin/x', '/%61dmin', '/x'].map(app.reads))).toEqual([
      '/admin',
      '/admin',
      '/',
      '/',
    ]);
  });

  it('is judged by the policies of what any server reads in it, or refused', async () => {
    const piece = fc.constantFrom(
      ...[
        'admin',
        'ADMIN',
        'Private',
        'nAmed',
        '%61dmin',
        'adm%69n',
        'files',
        'private',
        'named',
        'stripped',
        'x',
        '.',
        '..',
        '%2e',
        '%2E.',
      ],
      ...[
        '/',
        '/',
        '/',
        '//',
        '\\',
        '%2f',
        '%2F',
        '%5c',
        ';',
        '%3b',
        ';v=1',
        '%20',
        '"',
        '%2561',
        '%252f',
        '%2561dmin',
        '%252e',
      ],
    );
    const target = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => `/${pieces.join('')}`);
    let forwarded = 0;
    await fc.assert(
      fc.asyncProperty(target, async (path) => {
        const before = upstream.requests.length;
        const { status, judgedAs, text } = await ask(path);
        if (status === 400) return expect(upstream.requests.length).toBe(before);
        for (const [server, read] of Object.entries(SERVERS))
          expect(`${server} reads ${guardOf(read(path))}`).toBe(`${server} reads ${judgedAs}`);
        expect(`Express reads ${await app.reads(path)}`).toBe(`Express reads ${judgedAs}`);
        if (status !== 200) return;
        forwarded += 1;
        if (judgedAs !== '/stripped') expect(text).toContain(`arrived ${path} `);
      }),
      { numRuns: 400 },
    );
    expect(forwarded).toBeGreaterThan(10);
  });
});

/** One that is no URL at all is nobody's request: such a server answers nothing by its path. */
function pathnameOf(target: string): string {
  return URL.canParse(target, 'http://h') ? new URL(target, 'http://h').pathname : target;
}

function decoded(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Without dot segments (RFC 3986 §5.2.4). */
function walked(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/').slice(1))
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  return `/${kept.join('/')}`;
}
