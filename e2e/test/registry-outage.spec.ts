import { setTimeout as wait } from 'node:timers/promises';
import type { AppProcess } from '../src/app-process';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, json } from '../src/expect-answer';
import { startLoad } from '../src/load';
import { espressoCup, orderOf } from '../src/shop';

describe('the registry is away', () => {
  let cluster: Cluster;
  let services: readonly AppProcess[];

  beforeEach(async () => {
    cluster = await startCluster();
    services = await Promise.all([
      cluster.add('product'),
      cluster.add('product'),
      cluster.add('order'),
      cluster.add('hello'),
    ]);
  }, 120_000);

  afterEach(() => cluster.stop());

  test.each([
    ['SIGTERM', 20_000],
    ['SIGKILL', 2000],
  ] as const)(
    'after %s for %d ms: no request fails, and everyone registers again',
    async (signal, outageMs) => {
      const { gatewayUrl } = cluster;
      // An order takes the way through the gateway and the one through the service client.
      const placeOrder = () =>
        expectAnswer(`${gatewayUrl}/orders`, 201, json('POST', orderOf(espressoCup.id)));
      const greet = () => expectAnswer(`${gatewayUrl}/hello`, 200);
      await Promise.all([placeOrder(), greet()]);
      const loads = [startLoad(placeOrder, { perSecond: 10 }), startLoad(greet, { perSecond: 50 })];

      await cluster.registry().end(signal);
      // The length of the outage is what the spec is about.
      await wait(outageMs);
      await cluster.restartRegistry();
      await Promise.all(services.map((service) => cluster.registered(service)));
      await Promise.all(loads.map((load) => load.more(50)));
      const reports = await Promise.all(loads.map((load) => load.stop()));

      expect(reports.map(({ failures }) => failures)).toEqual([[], []]);
      expect(await cluster.discover('product')).toHaveLength(2);
    },
    90_000,
  );
});
