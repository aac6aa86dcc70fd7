import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { freePort, startApp, type AppProcess } from '../../src/app-process';
import { PATIENT, startCluster, type Cluster } from '../../src/cluster';
import { expectAnswer } from '../../src/expect-answer';
import { startLoad } from '../../src/load';
import { startProductWrites, writtenProducts } from '../../src/product-writes';
import { servedRequests } from '../../src/served-requests';

describe('one of two gateways behind a gateway', () => {
  let folder: string;
  let cluster: Cluster;
  const inner: (AppProcess & { readonly adminUrl: string })[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-edge-'));
    const routesFile = join(folder, 'routes.yaml');
    await writeFile(routesFile, 'version: 1\nroutes:\n  - path_prefix: /products\n    service: gateway\n');
    cluster = await startCluster({
      gateway: { SERVICE_NAME: 'edge', ROUTES_FILE: routesFile, ...PATIENT },
    });
    await cluster.add('product');
    inner.push(await startInner(), await startInner());
    await eventually(async () => (await cluster.discover('gateway')).length === 2, { timeoutMs: 15_000 });
  });

  afterEach(async () => {
    await Promise.all(inner.splice(0).map((gateway) => gateway.end('SIGKILL')));
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function startInner(): Promise<AppProcess & { readonly adminUrl: string }> {
    const [port, adminPort] = [await freePort(), await freePort()];
    const started = startApp({
      app: 'gateway',
      port,
      healthPort: adminPort,
      env: {
        REGISTRY_URL: cluster.registryUrl,
        ADMIN_PORT: String(adminPort),
        DATA_DIR: 'off',
        ...PATIENT,
      },
    });
    await started.ready();
    return { ...started, adminUrl: `http://127.0.0.1:${adminPort}` };
  }

  test('goes at SIGTERM under load: no request fails, and every new product is stored once', async () => {
    const reads = startLoad(() => expectAnswer(`${cluster.gatewayUrl}/products?limit=5`, 200), {
      perSecond: 80,
    });
    const writes = startProductWrites(cluster.gatewayUrl, { perSecond: 20 });
    await writes.more(20);
    const [leaving] = inner;
    if (leaving === undefined) throw new Error('there is no gateway to end');
    expect(await servedRequests(leaving.adminUrl, { method: 'POST', route: '/products' })).toBeGreaterThan(0);

    expect(await leaving.end('SIGTERM')).toBe(0);
    await writes.more(20);
    const reports = [await reads.stop(), await writes.stop()];

    expect(reports.map(({ failures }) => failures)).toEqual([[], []]);
    expect(await cluster.discover('gateway')).toHaveLength(1);
    const made = await writtenProducts(cluster.gatewayUrl);
    expect(made.toSorted()).toEqual(writes.posted.toSorted());
  });
});
