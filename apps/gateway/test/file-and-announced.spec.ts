import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { openRawConnection } from './support/raw-request';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

const ROUTES = `
version: 1
api_keys: [ { name: ci, sha256: '${createHash('sha256').update('the key').digest('hex')}' } ]
routes:
  - { path_prefix: /, service: web, api_key: {} }
  - { path_prefix: /open, service: web }
  - { path_prefix: /shop, service: web, host: shop.example, api_key: {} }
  - { path_prefix: /read, service: web, methods: [GET], api_key: {} }
  - { path_prefix: /split, service: web, methods: [GET] }
  - { path_prefix: /closed, service: web, announced: off }
  - { path_prefix: /counted, service: web, rate_limit: { requests: 2, per_seconds: 3600, by: route }, rewrite: { prefix: /w } }
`;

const ANNOUNCED: Readonly<
  Record<string, readonly { path_prefix: string; host?: string; methods?: string[] }[]>
> = {
  web: [
    { path_prefix: '/open/deep' },
    { path_prefix: '/shop/deep' },
    { path_prefix: '/read' },
    { path_prefix: '/read/deep' },
    { path_prefix: '/closed/deep' },
    { path_prefix: '/counted/deep' },
  ],
  other: [
    { path_prefix: '/products' },
    { path_prefix: '/open', host: 'shop.example' },
    { path_prefix: '/open/theft' },
    { path_prefix: '/shop/theft' },
    { path_prefix: '/read/theft' },
    { path_prefix: '/split' },
  ],
};

describe('routes of the file and of announcements', () => {
  let folder: string;
  let running: RunningGateway;
  const upstreams: RunningUpstream[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-both-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(file, ROUTES);
    running = await startGateway({ ROUTES_FILE: file });
    for (const [name, routes] of Object.entries(ANNOUNCED)) {
      const upstream = await startUpstream((req, res) => res.end(`by ${name} for ${req.url}.`));
      upstreams.push(upstream);
      running.registry.list({ service_name: name, url: upstream.url, routes });
    }
    await eventually(async () => (await running.upstreamCount()) === 2);
  });
  afterAll(async () => {
    await Promise.all([running.stop(), ...upstreams.map((upstream) => upstream.stop())]);
    await rm(folder, { recursive: true });
  });

  /** Who answers, or with which status nobody does. */
  async function ask(request: string, host = 'h', fields = ''): Promise<string> {
    const connection = await openRawConnection(running.port);
    connection.send(
      `${request} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\nConnection: close\r\n${fields}\r\n`,
    );
    const answer = await connection.untilClosed();
    connection.socket.destroy();
    return /by \w+ for [^.]*(?=\.)/.exec(answer)?.[0] ?? /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? answer;
  }
  const KEY = 'X-Api-Key: the key\r\n';

  it.each([
    ['what lies beneath / needs its key', 'GET /products/1', 'h', '401', 'by other for /products/1'],
    ['a host does not overtake the file', 'GET /open/1', 'shop.example', 'by web for /open/1', undefined],
    ['nor does a longer path', 'GET /open/theft', 'h', 'by web for /open/theft', undefined],
    [
      'a service’s own longer path is open as its route is',
      'GET /open/deep',
      'h',
      'by web for /open/deep',
      undefined,
    ],
    ['a route for a host guards it', 'GET /shop/theft', 'shop.example', '401', 'by web for /shop/theft'],
    ['a service’s own path within too', 'GET /shop/deep', 'SHOP.example.', '401', 'by web for /shop/deep'],
    ['a host that it does not name is covered by /', 'GET /shop/deep', 'h', '401', 'by web for /shop/deep'],
    ['a route for a method guards it', 'GET /read/theft', 'h', '401', 'by web for /read/theft'],
    ['a service’s own path within it too', 'HEAD /read/deep', 'h', '401', '200'],
    ['other methods are closed to the service itself', 'POST /read', 'h', '405', '405'],
    ['and so they are within', 'POST /read/deep', 'h', '405', '405'],
    ['other methods are open to other services', 'POST /split/1', 'h', 'by other for /split/1', undefined],
    [
      'announced: off leaves everything to the file',
      'GET /closed/deep',
      'h',
      'by web for /closed/deep',
      undefined,
    ],
  ])('%s: %s at %s', async (_what, request, host, without, withKey) => {
    expect(await ask(request, host)).toBe(without);
    if (withKey !== undefined) expect(await ask(request, host, KEY)).toBe(withKey);
  });

  it('counts what is announced beneath together with its route, and leaves it its own path', async () => {
    expect(await ask('GET /counted/deep')).toBe('by web for /counted/deep');
    expect(await ask('GET /counted/1')).toBe('by web for /w/1');
    expect(await ask('GET /counted/deep')).toBe('429');
    expect(await ask('GET /counted/1')).toBe('429');
  });

  it('tells whose policies a route has, and what the file leaves nothing of', async () => {
    expect(await running.admin('/explain?path=/products/1')).toMatchObject({
      verdict: 'forwarded',
      route: {
        name: '/products',
        service: 'other',
        source: 'announced',
        policies_of: '/',
        policies: [expect.stringMatching(/^api_key/)],
      },
    });
    expect(await running.admin('/explain?path=/closed/deep')).toMatchObject({
      route: { name: '/closed', source: 'file' },
      refused_announcements: [
        {
          service: 'web',
          route: '/closed/deep',
          reason: 'the routes file has announced: off for /closed',
        },
      ],
    });
    expect(await running.admin('/explain?path=/open/theft')).toMatchObject({
      route: { service: 'web' },
      refused_announcements: expect.arrayContaining([
        { service: 'other', route: '/open/theft', reason: 'the routes file gives /open to web' },
      ]),
    });
  });
});
