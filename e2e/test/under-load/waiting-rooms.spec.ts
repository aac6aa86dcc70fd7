import { get, type ClientRequest } from 'node:http';
import { eventually } from '@rollcall/testing';
import { startCluster, type Cluster } from '../../src/cluster';
import { expectAnswer, json, request } from '../../src/expect-answer';
import { startRawInstance, type RawInstance } from '../../src/raw-instance';

/** Addresses of the loopback network, from which a reader fills what there is room for. */
const ADDRESSES = ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5'];
const WAITS_AN_ADDRESS = 8;

describe('a reader who fills every waiting room of the registry', () => {
  let cluster: Cluster;
  let instance: RawInstance;
  const requests: ClientRequest[] = [];
  const statuses: number[] = [];

  beforeAll(async () => {
    cluster = await startCluster({ registry: { MAX_WATCHERS: '8' } });
    await cluster.add('product');
    await eventually(async () => (await products()) === 200);
    instance = await startRawInstance(cluster.registryUrl, {
      service_name: 'other',
      instance_id: 'o-1',
      url: 'http://127.0.0.1:9',
    });
    for (const localAddress of ADDRESSES)
      for (let wait = 0; wait < WAITS_AN_ADDRESS; wait += 1) blockFrom(localAddress);
    // All that there is room for waits: the rest has been refused.
    await eventually(() => statuses.length > 0);
    expect(new Set(statuses)).toEqual(new Set([429]));
  });
  afterAll(async () => {
    for (const one of requests) one.destroy();
    instance.vanish();
    await cluster.stop();
  });

  const products = async () => (await request(`${cluster.gatewayUrl}/products`)).status;

  /** A discovery that waits; its status is noted when it is answered. */
  function blockFrom(localAddress: string): void {
    const path = `${cluster.registryUrl}/discover/nobody?index=0&wait=10m`;
    const blocked = get(path, { localAddress, agent: false }, (response) => {
      statuses.push(response.statusCode ?? 0);
      response.resume();
    });
    // It is broken off at the end.
    blocked.on('error', () => undefined);
    requests.push(blocked);
  }

  it('keeps no instance of others up: a drain is answered, and complete when its gateway has applied it', async () => {
    const drained = await expectAnswer(
      `${cluster.registryUrl}/instances/o-1/drain?wait_ms=0`,
      200,
      json('POST', {}),
    );
    expect(drained).toMatchObject({ instance_id: 'o-1' });
    expect(await expectAnswer(`${cluster.registryUrl}/discover/other?status=any`, 200)).toMatchObject({
      instances: [{ status: 'draining' }],
    });
    await eventually(
      async () =>
        (
          (await expectAnswer(
            `${cluster.registryUrl}/instances/o-1/drain?wait_ms=0`,
            200,
            json('POST', {}),
          )) as { complete: boolean }
        ).complete,
    );
  });

  it('keeps no process of others: one that ends is drained, and no request fails meanwhile', async () => {
    const second = await cluster.add('product');
    let ending = true;
    const answers = new Set<number>();
    const load = (async () => {
      while (ending) answers.add(await products());
    })();
    expect(await second.end('SIGTERM')).toBe(0);
    ending = false;
    await load;
    expect([...answers]).toEqual([200]);
    expect((await cluster.discover('product')).map(({ url }) => url)).not.toContain(second.url);
  });
});
