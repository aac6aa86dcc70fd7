import { setTimeout as wait } from 'node:timers/promises';
import { etcdIsInstalled } from '@rollcall/testing/etcd';
import { nobodyNotices } from '../src/replicas/nobody-notices';
import { startReplicatedCluster, type ReplicatedCluster } from '../src/replicas/replicated-cluster';

/** On a busy machine a handshake may take longer than a production's patience; that is not what these are about. */
const PATIENT = { CONNECT_TIMEOUT_MS: '10000' };

(etcdIsInstalled ? describe : describe.skip)('two registries over one etcd', () => {
  let cluster: ReplicatedCluster;

  beforeAll(async () => {
    cluster = await startReplicatedCluster({ gateway: PATIENT });
    for (const service of ['product', 'product', 'product', 'hello', 'hello'] as const)
      await cluster.add(service);
  });

  afterAll(() => cluster?.stop());

  /** A spec that fails leaves nothing broken to the next one. */
  afterEach(() => cluster.heal());

  describe.each(['leader', 'other'] as const)('the one that is the %s', (role) => {
    test.each(['SIGKILL', 'SIGTERM'] as const)('ends by %s and comes back', async (signal) => {
      await nobodyNotices(cluster, async () => {
        const replica = (await cluster.leader())[role];
        await replica.end(signal);
        await wait(3000);
        await replica.start();
      });
    });
  });

  test('one after the other is restarted', async () => {
    await nobodyNotices(cluster, async () => {
      for (const replica of cluster.replicas) {
        await replica.end('SIGTERM');
        await replica.start();
      }
    });
  });
});
