import {
  latencyPercentile,
  type Instance,
  type TrafficEdge,
  type TrafficResponse,
} from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { PATIENT, startCluster, type Cluster } from '../src/cluster';
import { startCountedProduct, type CountedProduct } from '../src/counted-product';
import { expectAnswer, json, request } from '../src/expect-answer';
import { startLoad } from '../src/load';
import { espressoCup, orderOf } from '../src/shop';

/** One request as the load generator saw it. */
interface Sent {
  readonly failed: boolean;
  readonly ms: number;
}

/** What edges add up to. */
interface Sum {
  readonly requests: number;
  readonly failed: number;
  readonly buckets: Readonly<Record<string, number>>;
}

// Odd: orders and products take turns at an instance, and each are to have slow answers.
const SLOW = { slowEvery: 19, slowMs: 1000 };
const REQUESTS = 200;

// The cases of one gateway share one run of load.
describe.each([1, 2])('the traffic through a gateway of %d workers', (workers) => {
  let cluster: Cluster;
  let well: CountedProduct;
  let failing: CountedProduct;
  let failingId: string;
  const orders: Sent[] = [];
  const products: Sent[] = [];
  let before: TrafficResponse;

  beforeAll(async () => {
    cluster = await startCluster({
      // Without a linger it ends long before its next report would be due.
      gateway: { ...PATIENT, GATEWAY_WORKERS: String(workers), DRAIN_LINGER_MS: '0' },
    });
    well = await startCountedProduct({ failEvery: Infinity, ...SLOW });
    failing = await startCountedProduct({ failEvery: 5, ...SLOW });
    await listed(well);
    failingId = await listed(failing);
    await cluster.add('order', { DRAIN_LINGER_MS: '0', PRODUCT_TIMEOUT_MS: '30000' });
    await eventually(
      async () => {
        await Promise.all([askForProduct(), makeOrder()]);
        const { edges } = await traffic();
        return ['gateway', 'order'].every((name) => edges.some(({ from }) => from === name));
      },
      { timeoutMs: 30_000, everyMs: 200 },
    );
    await reportedSince();
    before = await traffic();
    for (const product of [well, failing]) product.served.length = 0;
    await Promise.all([loadOf(makeOrder, orders), loadOf(askForProduct, products)]);
    await reportedSince();
  });

  afterAll(async () => {
    await cluster.stop();
    await Promise.all([well.stop(), failing.stop()]);
  });

  const traffic = async () =>
    (await expectAnswer(`${cluster.registryUrl}/traffic?window=5m`, 200)) as TrafficResponse;
  const askForProduct = () => request(`${cluster.gatewayUrl}/products/${espressoCup.id}`);
  const makeOrder = () => request(`${cluster.gatewayUrl}/orders`, json('POST', orderOf(espressoCup.id)));

  async function listed({ url }: CountedProduct): Promise<string> {
    const routes = [{ path_prefix: '/products' }];
    const registration = { service_name: 'product', url, routes, ttl_seconds: 0 };
    const instance = await expectAnswer(`${cluster.registryUrl}/register`, 201, json('POST', registration));
    return (instance as Instance).instance_id;
  }

  /** Resolves once gateway and order have reported twice: by then, all that is over by now. */
  async function reportedSince(): Promise<void> {
    for (let time = 0; time < 2; time += 1) {
      const since = (await traffic()).at;
      await eventually(async () => {
        const { reporters } = await traffic();
        return ['gateway', 'order'].every((name) =>
          reporters.some(({ service_name, at }) => service_name === name && at > since),
        );
      });
    }
  }

  async function loadOf(send: () => Promise<{ readonly status: number }>, sent: Sent[]): Promise<void> {
    const load = startLoad(
      async () => {
        const begunAt = performance.now();
        const { status } = await send();
        sent.push({ failed: status >= 500, ms: performance.now() - begunAt });
      },
      { perSecond: 40 },
    );
    await load.more(REQUESTS);
    expect((await load.stop()).failures).toEqual([]);
  }

  /** What has come about on these edges by the load. */
  async function grown(isEdge: (edge: TrafficEdge) => boolean): Promise<Sum> {
    return difference(sumOf((await traffic()).edges.filter(isEdge)), sumOf(before.edges.filter(isEdge)));
  }

  const p99Of = (list: readonly { readonly ms: number }[]): number => {
    const sorted = list.map(({ ms }) => ms).sort((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? NaN;
  };
  const failedOf = (list: readonly { readonly failed: boolean }[]) =>
    list.filter(({ failed }) => failed).length;

  test.each([
    ['gateway', 'order', () => orders],
    ['gateway', 'product', () => products],
    ['order', 'product', () => orders],
  ])(
    'from %s to %s is as much, and fails as often, as the load generator has counted',
    async (from, to, sent) => {
      await eventually(async () => {
        const calls = await grown(
          (edge) => edge.from === from && edge.service_name === to && edge.instance_id === null,
        );
        expect(calls).toMatchObject({ requests: sent().length, failed: failedOf(sent()) });
        return true;
      });
      expect(failedOf(sent())).toBeGreaterThan(0);
    },
  );

  test.each([
    ['gateway', 'order', () => orders],
    ['gateway', 'product', () => products],
    ['order', 'product', () => orders],
  ])('from %s to %s has the p99 that it really had', async (from, to, sent) => {
    const { buckets } = await grown(
      (edge) => edge.from === from && edge.service_name === to && edge.instance_id === null,
    );
    const p99 = latencyPercentile(buckets, 0.99) ?? NaN;
    // Each call lies within a request of the generator, and around one that the instances have served.
    const isThrough = from === 'gateway' && to === 'product';
    const served = [...well.served, ...failing.served].filter(({ viaGateway }) => viaGateway === isThrough);
    expect(p99).toBeGreaterThan(p99Of(served) * 0.9);
    expect(p99).toBeLessThan(p99Of(sent()) * 1.1);
  });

  test('of each instance is what it has served, and only one of them fails', async () => {
    const attemptsAt = (isIt: boolean) => (edge: TrafficEdge) =>
      edge.service_name === 'product' &&
      edge.instance_id !== null &&
      (edge.instance_id === failingId) === isIt;
    await eventually(async () => {
      expect(await grown(attemptsAt(true))).toMatchObject({
        requests: failing.served.length,
        failed: failedOf(failing.served),
      });
      expect(await grown(attemptsAt(false))).toMatchObject({ requests: well.served.length, failed: 0 });
      return true;
    });
    expect(failedOf(failing.served)).toBe(failedOf([...orders, ...products]));
  });

  test('what a gateway has sent just before it ended is counted too', async () => {
    const isIt = (edge: TrafficEdge) =>
      edge.from === 'gateway' && edge.service_name === 'product' && edge.instance_id === null;
    await reportedSince();
    const known = (await grown(isIt)).requests;
    for (let sent = 0; sent < 10; sent += 1) await askForProduct();
    expect(await cluster.gateway().end('SIGTERM')).toBe(0);
    expect((await grown(isIt)).requests).toBe(known + 10);
  });
});

function sumOf(edges: readonly TrafficEdge[]): Sum {
  const buckets: Record<string, number> = {};
  for (const edge of edges)
    for (const [bucket, count] of Object.entries(edge.buckets))
      buckets[bucket] = (buckets[bucket] ?? 0) + count;
  return {
    requests: edges.reduce((sum, edge) => sum + edge.requests, 0),
    failed: edges.reduce((sum, edge) => sum + edge.failed, 0),
    buckets,
  };
}

function difference(after: Sum, before: Sum): Sum {
  return {
    requests: after.requests - before.requests,
    failed: after.failed - before.failed,
    buckets: Object.fromEntries(
      Object.entries(after.buckets).map(([bucket, count]) => [bucket, count - (before.buckets[bucket] ?? 0)]),
    ),
  };
}
