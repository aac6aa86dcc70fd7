import type { DiscoverResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { freePort, startApp, type AppProcess } from '../../src/app-process';
import { startCluster, type Cluster } from '../../src/cluster';
import { expectAnswer } from '../../src/expect-answer';
import { vouchedFor } from '../../src/explained';
import { startLoad } from '../../src/load';

describe('the first of two registries dies', () => {
  let second: AppProcess;
  let cluster: Cluster;
  let products: readonly AppProcess[];

  beforeEach(async () => {
    const env = { DATA_DIR: 'off', REGISTRY_AUTH: 'off' };
    second = startApp({ app: 'registry', port: await freePort(), env });
    await second.ready();
    cluster = await startCluster({ furtherRegistries: [second.url] });
    products = await Promise.all([cluster.add('product'), cluster.add('product')]);
  });

  afterEach(async () => {
    await cluster.stop();
    await second.end('SIGKILL');
  });

  const getProducts = () => expectAnswer(`${cluster.gatewayUrl}/products`, 200);
  const listedAtSecond = async (): Promise<readonly string[]> => {
    const answer = await expectAnswer(`${second.url}/discover/product`, 200);
    return (answer as DiscoverResponse).instances.map(({ url }) => url).sort();
  };
  const vouchedForAtSecond = () => vouchedFor(second.url, 'product');

  test('everybody moves to the other one, no request fails, and it notices the next death', async () => {
    const reads = startLoad(getProducts, { perSecond: 50 });
    await reads.more(50);
    expect(await listedAtSecond()).toEqual([]);

    await cluster.registry().end('SIGKILL');
    // Heartbeats are what tells them that nobody is there, so it takes one interval at most.
    const urls = products.map(({ url }) => url).sort();
    await eventually(async () => String(await listedAtSecond()) === String(urls), { timeoutMs: 30_000 });
    await eventually(async () => String(await vouchedForAtSecond()) === String(urls), { timeoutMs: 30_000 });
    await reads.more(100);
    await products[0]?.end('SIGKILL');
    await eventually(async () => String(await listedAtSecond()) === products[1]?.url, { timeoutMs: 20_000 });
    await reads.more(100);

    expect((await reads.stop()).failures).toEqual([]);
  });
});
