import { writeFile } from 'node:fs/promises';
import type { HeartbeatResponse } from '@rollcall/contracts';
import { temporaryFolders } from './doubles/temporary-folders';
import { createRecordingLogger } from './doubles/recording-logger';
import { startRegistry, type RunningRegistry } from './running-registry';
import type { ScrapeTarget } from '../src/catalog/instance/scrape-target';

const READER = 'reader-token-of-a-spec';
const PRODUCT = 'product-token-of-a-spec';
const SD = '/sd/prometheus';
const temporary = temporaryFolders();

/** What discovery/http/http.go of Prometheus takes; anything else is an error of the whole list. */
const CONTENT_TYPE = /^application\/json(;\s*charset=("utf-8"|utf-8))?$/i;

describe('GET /sd/prometheus', () => {
  let registry: RunningRegistry;
  afterEach(() => registry.stop());

  const register = (port: number, more = {}) =>
    registry.post('/register', {
      service_name: 'product',
      url: `http://10.0.0.1:${port}`,
      instance_id: `p-${port}`,
      ttl_seconds: 0,
      ...more,
    });
  const targets = async () => (await registry.get<readonly ScrapeTarget[]>(SD)).body;
  const addresses = async () => (await targets()).map((target) => target.targets[0]);

  it('is 503 while the registry warms up, then everybody of every status', async () => {
    registry = await startRegistry();
    await register(1, { version: '1', zone: 'eu-1' });
    const early = await registry.get(SD);
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '10']);
    expect(early.body).toMatchObject({ code: 'REGISTRY_WARMING' });

    await registry.clock.advance(30_000);
    await register(2, { status: 'starting' });
    const { status, headers, body } = await registry.get<readonly ScrapeTarget[]>(SD);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(CONTENT_TYPE);
    const labels = { __scheme__: 'http', __metrics_path__: '/metrics', service: 'product' };
    expect(body).toEqual([
      {
        targets: ['10.0.0.1:1'],
        labels: { ...labels, instance_id: 'p-1', version: '1', zone: 'eu-1', status: 'up' },
      },
      { targets: ['10.0.0.1:2'], labels: { ...labels, instance_id: 'p-2', status: 'starting' } },
    ]);
  });

  it('is an empty list, and no error, where nobody is registered', async () => {
    registry = await startRegistry();
    await registry.clock.advance(30_000);
    expect(await targets()).toEqual([]);
  });

  it('answers at once after a restart with a catalog', async () => {
    const dataDir = await temporary();
    registry = await startRegistry({ DATA_DIR: dataDir });
    await register(1);
    await registry.clock.advance(30_000);
    await registry.stop();
    registry = await startRegistry({ DATA_DIR: dataDir }, { clock: registry.clock });
    expect(await addresses()).toEqual(['10.0.0.1:1']);
  });

  it('is right for all others when thousands announce what they like', async () => {
    registry = await startRegistry({ FAIR_SHARES: 'false' });
    await register(1);
    const hostile = [
      { metrics_path: '//evil.example/' },
      { metrics_url: 'http://evil.example/metrics' },
      { '0-odd\nname"': 'a"b\\\n\u2028\u0007', __address__: 'evil.example:80', __scheme__: 'file' },
      { metrics_path: '/../../admin' },
    ];
    for (let port = 2; port <= 3000; port += 100)
      await Promise.all(
        Array.from({ length: Math.min(100, 3001 - port) }, (_, at) =>
          register(port + at, { metadata: hostile[at % hostile.length], zone: '"\n\u202e}' }),
        ),
      );
    await register(3001, { url: 'http://[fd00::7]:3001', metadata: { metrics_path: '/own' } });
    await registry.clock.advance(30_000);

    const all = await targets();
    expect(all).toHaveLength(3001);
    expect(all.filter((target) => !/^10\.0\.0\.1:\d+$/.test(target.targets[0]))).toMatchObject([
      { targets: ['[fd00::7]:3001'], labels: { __metrics_path__: '/own', instance_id: 'p-3001' } },
    ]);
    expect(new Set(all.flatMap(({ labels }) => Object.keys(labels)))).toEqual(
      new Set(['__scheme__', '__metrics_path__', 'service', 'instance_id', 'zone', 'status']),
    );
    expect(JSON.stringify(all)).not.toContain('evil.example');
  });

  it('tells an instance what is wrong with its metadata', async () => {
    registry = await startRegistry();
    await register(1, { metadata: { metrics_url: 'http://evil.example/metrics' } });
    const { body } = await registry.post<HeartbeatResponse>('/heartbeat', { instance_id: 'p-1' });
    expect(body.warnings).toEqual([expect.stringContaining('metrics_url is ignored')]);
  });

  it('is for tokens with the scope read', async () => {
    const { logger, linesOf } = createRecordingLogger();
    const folder = await temporary();
    const tokens = [
      { name: 'prometheus', token: READER, scopes: ['read'] },
      { name: 'product', token: PRODUCT, scopes: ['write:product', 'admin'] },
    ];
    await writeFile(`${folder}/tokens.json`, JSON.stringify({ tokens }));
    registry = await startRegistry({ REGISTRY_TOKENS_FILE: `${folder}/tokens.json` }, { logger });
    await registry.clock.advance(30_000);
    const statusBy = async (token?: string) =>
      (
        await registry.call('GET', SD, {
          headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        })
      ).status;

    expect(await statusBy()).toBe(401);
    expect(await statusBy(PRODUCT)).toBe(403);
    expect(await statusBy(READER)).toBe(200);
    expect(linesOf('access_denied')).toHaveLength(2);
  });
});
