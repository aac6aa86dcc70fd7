import type { AppProcess } from '../src/app-process';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer } from '../src/expect-answer';
import { startLoad } from '../src/load';
import { servedRequests } from '../src/served-requests';
import { listAll, postProduct } from '../src/shop';

describe('one of two products goes under load', () => {
  let cluster: Cluster;
  let leaving: AppProcess;

  beforeEach(async () => {
    cluster = await startCluster();
    [leaving] = await Promise.all([cluster.add('product'), cluster.add('product')]);
    await getProducts();
  }, 120_000);

  afterEach(() => cluster.stop());

  const getProducts = () => expectAnswer(`${cluster.gatewayUrl}/products`, 200);
  const served = (method: string) => servedRequests(leaving.url, { method, route: '/products' });

  test('by SIGTERM: no request fails, and every new product is stored once', async () => {
    const posted: string[] = [];
    const reads = startLoad(getProducts, { perSecond: 80 });
    const writes = startLoad(
      () => {
        const name = `product ${posted.length}`;
        posted.push(name);
        return postProduct(cluster.gatewayUrl, name);
      },
      { perSecond: 20 },
    );

    await writes.more(20);
    expect([await served('GET'), await served('POST')]).not.toContain(0);
    const ending = await leaving.end('SIGTERM');
    await writes.more(20);
    const [readReport, writeReport] = [await reads.stop(), await writes.stop()];

    expect(ending).toBe(0);
    expect(leaving.output()).toContain('every caller has confirmed');
    expect(readReport.failures).toEqual([]);
    expect(writeReport.failures).toEqual([]);
    const stored = await listAll<{ name: string }>(`${cluster.gatewayUrl}/products`);
    const made = stored.map(({ name }) => name).filter((name) => name.startsWith('product '));
    expect(made.toSorted()).toEqual(posted.toSorted());
  }, 60_000);

  test('by SIGKILL: no GET fails', async () => {
    const reads = startLoad(getProducts, { perSecond: 100 });

    await reads.more(50);
    expect(await served('GET')).toBeGreaterThan(0);
    const ending = await leaving.end('SIGKILL');
    await reads.more(200);
    const { failures } = await reads.stop();

    expect(ending).toBe('SIGKILL');
    expect(failures).toEqual([]);
  }, 60_000);
});
