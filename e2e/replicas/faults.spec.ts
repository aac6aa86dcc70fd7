import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '@rollcall/testing';
import { etcdIsInstalled } from '@rollcall/testing/etcd';
import { json, request } from '../src/expect-answer';
import { nobodyNotices } from '../src/replicas/nobody-notices';
import type { ReplicaProcess } from '../src/replicas/replica-process';
import { startReplicatedCluster, type ReplicatedCluster } from '../src/replicas/replicated-cluster';

/** On a busy machine a handshake may take longer than a production's patience; that is not what these are about. */
const PATIENT = { CONNECT_TIMEOUT_MS: '10000' };

(etcdIsInstalled ? describe : describe.skip)('two registries over three members of etcd', () => {
  let cluster: ReplicatedCluster;

  beforeAll(async () => {
    cluster = await startReplicatedCluster({ gateway: PATIENT, relayed: true });
    for (const service of ['product', 'product', 'product', 'hello', 'hello'] as const)
      await cluster.add(service);
  });

  afterAll(() => cluster?.stop());

  /** A spec that fails leaves nothing broken to the next one. */
  afterEach(() => cluster.heal());

  type Role = 'leader' | 'other';
  const replicaOf = async (role: Role): Promise<ReplicaProcess> => (await cluster.leader())[role];

  describe.each<Role>(['leader', 'other'])('the registry that is the %s', (role) => {
    test('is cut off from etcd for 20 s: it takes no heartbeat then, and its clients have moved', async () => {
      await nobodyNotices(cluster, async () => {
        const replica = await replicaOf(role);
        replica.cutOffFromEtcd();
        await eventually(async () => (await codeOf(replica)) === 'REGISTRY_DETACHED', { timeoutMs: 20_000 });
        await wait(10_000);
        replica.reconnectToEtcd();
        await takesHeartbeats(replica);
      });
    });
  });

  test('the leader is stopped for 15 s, and resumes as if it still led', async () => {
    await nobodyNotices(cluster, async () => {
      const { leader } = await cluster.leader();
      leader.pause();
      await wait(15_000);
      leader.resume();
      await takesHeartbeats(leader);
    });
  });

  describe.each(['leader', 'follower'] as const)('the member of etcd that is the %s', (role) => {
    const member = async () => {
      const leader = await cluster.etcd.leader();
      const follower = cluster.etcd.members.find(({ name }) => name !== leader.name);
      return role === 'leader' || follower === undefined ? leader : follower;
    };

    test('is killed and comes back', async () => {
      await nobodyNotices(cluster, async () => {
        const doomed = await member();
        await doomed.kill();
        await wait(5000);
        await doomed.start();
        await cluster.etcd.leader();
      });
    });

    test('is stopped for 20 s and resumes', async () => {
      await nobodyNotices(cluster, async () => {
        const paused = await member();
        await paused.pause();
        await wait(20_000);
        await paused.resume();
        await cluster.etcd.leader();
      });
    });
  });

  test('all of etcd is away for a minute: traffic goes on, and registrations are told to wait', async () => {
    const options = { registrationPatienceMs: 120_000 };
    await nobodyNotices(
      cluster,
      async () => {
        await Promise.all(cluster.etcd.members.map((one) => one.kill()));
        await eventually(async () => (await registering()) === 'STORE_UNAVAILABLE, to be asked again', {
          timeoutMs: 30_000,
        });
        await wait(60_000);
        await Promise.all(cluster.etcd.members.map((one) => one.start()));
        await cluster.etcd.leader();
        await Promise.all(cluster.replicas.map(takesHeartbeats));
      },
      options,
    );
  });

  const takesHeartbeats = (replica: ReplicaProcess) =>
    eventually(async () => (await codeOf(replica)) === undefined, { timeoutMs: 60_000 });

  /** The code with which a replica refuses a heartbeat. */
  async function codeOf({ url }: ReplicaProcess): Promise<string | undefined> {
    const [product] = await cluster.listedAt(url, 'product');
    const { instance_id, epoch } = product ?? {};
    const answer = await request(`${url}/heartbeat`, json('POST', { instance_id, epoch }));
    return answer.status === 200 ? undefined : (answer.json() as { code: string }).code;
  }

  async function registering(): Promise<string> {
    const [{ url }] = cluster.replicas;
    const instance = { service_name: 'late', url: 'http://127.78.0.1:9', ttl_seconds: 30 };
    const answer = await request(`${url}/register`, json('POST', instance));
    const { code = '' } = answer.json() as { code?: string };
    return answer.headers.has('retry-after') ? `${code}, to be asked again` : code;
  }
});
