import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

const ROUTES = `
version: 1
routes:
  - { path_prefix: /shop/api, service: product, strip_prefix: true }
  - { path_prefix: /v1/orders, service: product, rewrite: { prefix: /orders } }
  - { path_prefix: /plain, service: product }
  - path_prefix: /read-only
    service: product
    methods: [GET]
    cors: { origins: ['https://shop.example'] }
  - { path_prefix: /, service: product }
`;

describe('what instances and operators learn of prefixes', () => {
  let folder: string;
  let running: RunningGateway;
  let upstream: RunningUpstream;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-prefixes-'));
    await writeFile(join(folder, 'routes.yaml'), ROUTES);
    running = await startGateway({
      ROUTES_FILE: join(folder, 'routes.yaml'),
    });
    upstream = await startUpstream((req, res) => res.end(JSON.stringify(req.headers)));
    running.registry.list({ service_name: 'product', url: upstream.url });
    await eventually(async () => (await fetch(`${running.url}/plain`)).status === 200);
  });
  afterAll(async () => {
    await Promise.all([running.stop(), upstream.stop()]);
    await rm(folder, { recursive: true });
  });

  const prefixFor = async (path: string): Promise<string | undefined> => {
    const response = await fetch(running.url + path, { headers: { 'X-Forwarded-Prefix': '/forged' } });
    return ((await response.json()) as Record<string, string>)['x-forwarded-prefix'];
  };

  it.each([
    ['taken off', '/shop/api/7', '/shop/api'],
    ['rewritten', '/v1/orders/7', '/v1/orders'],
    ['left where it is', '/plain/7', undefined],
    ['none at all', '/anything', undefined],
  ])('a prefix that is %s', async (_, path, prefix) => {
    expect(await prefixFor(path)).toBe(prefix);
  });

  it('a method that a route with CORS does not take is refused in words that its pages may read', async () => {
    const refused = async (origin: string) => {
      const { status, headers } = await fetch(`${running.url}/read-only`, {
        method: 'DELETE',
        headers: { Origin: origin },
      });
      return [status, headers.get('allow'), headers.get('access-control-allow-origin'), headers.get('vary')];
    };
    expect(await refused('https://shop.example')).toEqual([
      405,
      'GET, HEAD',
      'https://shop.example',
      'Origin',
    ]);
    expect(await refused('https://evil.example')).toEqual([405, 'GET, HEAD', null, 'Origin']);
  });

  it.each(['/health', '/livez', '/register_service'])(
    'of a path that the gateway answers itself (%s) /explain says so, though a route takes every path',
    async (path) => {
      expect(await running.admin(`/explain?path=${path}&method=GET`)).toMatchObject({
        verdict: 'answered here',
        why: expect.stringContaining('itself'),
      });
    },
  );
});
