import type { AppProcess } from '../../src/app-process';
import { PATIENT, startCluster, type Cluster } from '../../src/cluster';
import { expectAnswer } from '../../src/expect-answer';
import { startLoad, type Load, type LoadReport } from '../../src/load';
import { startProductWrites, writtenProducts } from '../../src/product-writes';
import { servedRequests } from '../../src/served-requests';

const READS_PER_SECOND = 160;
const WRITES_PER_SECOND = 40;
describe('three products under 200 requests a second', () => {
  let cluster: Cluster;
  let products: AppProcess[];

  beforeEach(async () => {
    cluster = await startCluster({ gateway: PATIENT });
    products = await Promise.all([cluster.add('product'), cluster.add('product'), cluster.add('product')]);
    await getProducts();
  });

  afterEach(() => cluster.stop());

  const getProducts = () => expectAnswer(`${cluster.gatewayUrl}/products?limit=5`, 200);

  /** What a person would do to a product of which the next one takes the place. */
  async function terminate(product: AppProcess): Promise<void> {
    expect(await product.end('SIGTERM')).toBe(0);
    products = products.filter((one) => one !== product);
  }

  async function add(): Promise<void> {
    products.push(await cluster.add('product'));
  }

  async function everyoneServes(): Promise<void> {
    for (const product of products)
      expect(await servedRequests(product.url, { method: 'GET', route: '/products' })).toBeGreaterThan(0);
  }

  test('scaled from three to one and back, then each of them restarted: no request fails, none counts twice', async () => {
    const traffic = startTraffic(cluster);
    await traffic.reads.more(READS_PER_SECOND);
    await everyoneServes();

    await Promise.all(products.slice(1).map(terminate));
    await traffic.reads.more(READS_PER_SECOND);
    await Promise.all([add(), add()]);
    await traffic.reads.more(READS_PER_SECOND);
    for (const old of [...products]) {
      await add();
      await terminate(old);
    }
    await traffic.reads.more(READS_PER_SECOND);
    await everyoneServes();
    const [reads, writes] = await traffic.stop();

    expect(reads.failures).toEqual([]);
    expect(writes.failures).toEqual([]);
    const made = await writtenProducts(cluster.gatewayUrl);
    expect(made.toSorted()).toEqual(traffic.posted.toSorted());
  });

  test.each([1, 2])('%d of them killed: no GET fails', async (victims) => {
    const reads = startLoad(getProducts, { perSecond: READS_PER_SECOND + WRITES_PER_SECOND });
    await reads.more(READS_PER_SECOND);
    await everyoneServes();

    const endings = await Promise.all(products.slice(0, victims).map((product) => product.end('SIGKILL')));
    await reads.more(2 * READS_PER_SECOND);
    const { failures } = await reads.stop();

    expect(endings).toEqual(Array.from({ length: victims }, () => 'SIGKILL'));
    expect(failures).toEqual([]);
  });
});

interface Traffic {
  readonly reads: Load;
  /** Names of the products that were asked for. */
  readonly posted: readonly string[];
  stop(): Promise<readonly [LoadReport, LoadReport]>;
}

function startTraffic({ gatewayUrl }: Cluster): Traffic {
  const reads = startLoad(() => expectAnswer(`${gatewayUrl}/products?limit=5`, 200), {
    perSecond: READS_PER_SECOND,
  });
  const writes = startProductWrites(gatewayUrl, { perSecond: WRITES_PER_SECOND });
  return { reads, posted: writes.posted, stop: () => Promise.all([reads.stop(), writes.stop()]) };
}
