import { createResolver, type Resolver } from '@rollcall/registry-client';
import { eventually } from '@rollcall/testing';
import { startCluster, type Cluster } from '../src/cluster';

describe('a process that dies without a word', () => {
  let cluster: Cluster;
  let subscribers: readonly Resolver[] = [];

  beforeAll(async () => {
    cluster = await startCluster();
  });

  afterAll(async () => {
    for (const subscriber of subscribers) await subscriber.stop();
    await cluster.stop();
  });

  it('is out of three subscribers within two seconds', async () => {
    const doomed = await cluster.add('product');
    const staying = await cluster.add('product');
    subscribers = [1, 2, 3].map(() => createResolver({ registryUrls: [cluster.registryUrl], services: '*' }));
    for (const subscriber of subscribers) await subscriber.start();
    const knownTo = (subscriber: Resolver): readonly string[] => {
      const result = subscriber.current('product');
      return 'snapshot' in result ? result.snapshot.instances.map(({ url }) => url) : [];
    };
    await eventually(() => subscribers.every((subscriber) => knownTo(subscriber).length === 2));

    const killedAt = performance.now();
    await doomed.end('SIGKILL');
    await eventually(() => subscribers.every((subscriber) => knownTo(subscriber).join() === staying.url));

    expect(performance.now() - killedAt).toBeLessThan(2000);
  });
});
