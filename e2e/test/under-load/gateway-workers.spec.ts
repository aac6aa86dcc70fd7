import { PATIENT, startCluster, type Cluster } from '../../src/cluster';
import { expectAnswer } from '../../src/expect-answer';
import { startLoad } from '../../src/load';
import { startProductWrites, writtenProducts } from '../../src/product-writes';

describe('a gateway of 2 workers', () => {
  let cluster: Cluster;

  beforeEach(async () => {
    cluster = await startCluster({ gateway: { ...PATIENT, GATEWAY_WORKERS: '2' } });
    await Promise.all([cluster.add('product'), cluster.add('product')]);
    await expectAnswer(`${cluster.gatewayUrl}/products`, 200);
  });

  afterEach(() => cluster.stop());

  test('serves a rolling restart of products under load without a failure', async () => {
    const reads = startLoad(() => expectAnswer(`${cluster.gatewayUrl}/products`, 200), { perSecond: 60 });
    const writes = startProductWrites(cluster.gatewayUrl, { perSecond: 20 });
    await writes.more(10);
    const newcomer = await cluster.add('product');
    expect(await newcomer.end('SIGTERM')).toBe(0);
    await writes.more(20);

    const reports = [await reads.stop(), await writes.stop()];
    expect(reports.map(({ failures }) => failures)).toEqual([[], []]);
    const made = await writtenProducts(cluster.gatewayUrl);
    expect(made.toSorted()).toEqual(writes.posted.toSorted());
  });
});
