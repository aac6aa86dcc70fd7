import { setTimeout as wait } from 'node:timers/promises';
import type { EventsResponse } from '@rollcall/contracts';
import type { AppProcess } from '../../src/app-process';
import { PATIENT, startCluster, type Cluster } from '../../src/cluster';
import { expectAnswer, json } from '../../src/expect-answer';
import { startLoad } from '../../src/load';
import { espressoCup, orderOf, postProduct } from '../../src/shop';

describe('the registry is away', () => {
  let cluster: Cluster;
  let services: readonly AppProcess[];

  async function start(registry: Readonly<Record<string, string>> = {}): Promise<void> {
    cluster = await startCluster({ registry, gateway: PATIENT });
    services = await Promise.all([
      cluster.add('product'),
      cluster.add('product'),
      cluster.add('order'),
      cluster.add('hello'),
    ]);
  }

  afterEach(() => cluster.stop());

  const identities = async () =>
    (await Promise.all(['product', 'order', 'hello'].map((name) => cluster.discover(name))))
      .flat()
      .map(({ instance_id, url }) => `${instance_id} ${url}`)
      .toSorted();
  /** Who was taken off the list by the registry's own decision. */
  async function evictions(): Promise<readonly unknown[]> {
    const { events } = (await expectAnswer(`${cluster.registryUrl}/events`, 200)) as EventsResponse;
    return events.filter(({ type }) => type === 'evicted');
  }

  test.each([
    ['with its folder', {}],
    ['without one', { DATA_DIR: 'off' }],
  ] as const)(
    'killed and started again %s under 200 requests a second: no request fails, nobody is lost or evicted',
    async (_how, registry) => {
      await start(registry);
      const { gatewayUrl } = cluster;
      const before = await identities();
      const loads = [
        startLoad(() => expectAnswer(`${gatewayUrl}/products?limit=5`, 200), { perSecond: 80 }),
        startLoad(() => expectAnswer(`${gatewayUrl}/hello`, 200), { perSecond: 80 }),
        startLoad(() => postProduct(gatewayUrl, 'made while the registry is away'), { perSecond: 40 }),
      ];
      await Promise.all(loads.map((load) => load.more(40)));

      expect(await cluster.registry().end('SIGKILL')).toBe('SIGKILL');
      await cluster.restartRegistry();
      await Promise.all(services.map((service) => cluster.registered(service)));
      await Promise.all(loads.map((load) => load.more(80)));
      const reports = await Promise.all(loads.map((load) => load.stop()));

      expect(reports.map(({ failures }) => failures)).toEqual([[], [], []]);
      expect(await identities()).toEqual(before);
      expect(await evictions()).toEqual([]);
    },
  );

  test('for a minute: traffic goes on, services keep running, and everyone registers again', async () => {
    await start();
    const { gatewayUrl } = cluster;
    // An order takes the way through the gateway and the one through the service client.
    const placeOrder = () => expectAnswer(`${gatewayUrl}/orders`, 201, json('POST', orderOf(espressoCup.id)));
    const greet = () => expectAnswer(`${gatewayUrl}/hello`, 200);
    await Promise.all([placeOrder(), greet()]);
    const before = await identities();
    const loads = [startLoad(placeOrder, { perSecond: 10 }), startLoad(greet, { perSecond: 50 })];

    await cluster.registry().end('SIGTERM');
    // The length of the outage is what the spec is about.
    await wait(60_000);
    expect(services.filter((service) => !service.isRunning())).toEqual([]);
    await cluster.restartRegistry();
    await Promise.all(services.map((service) => cluster.registered(service)));
    await Promise.all(loads.map((load) => load.more(50)));
    const reports = await Promise.all(loads.map((load) => load.stop()));

    expect(reports.map(({ failures }) => failures)).toEqual([[], []]);
    expect(await identities()).toEqual(before);
    expect(await evictions()).toEqual([]);
  });
});
