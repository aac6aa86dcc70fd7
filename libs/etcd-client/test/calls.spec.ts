import { startEtcdCluster, type EtcdCluster } from '@rollcall/testing/etcd';
import { createEtcdClient, type EtcdClient } from '../src';
import { describeWithEtcd } from './support/describe-with-etcd';

describeWithEtcd('calls to one member', () => {
  let cluster: EtcdCluster;
  let client: EtcdClient;

  beforeAll(async () => {
    cluster = await startEtcdCluster({ size: 1 });
    client = createEtcdClient({ endpoints: cluster.endpoints });
  });

  afterAll(async () => {
    client.close();
    await cluster.discard();
  });

  it('connects, and says to what', async () => {
    expect(await client.connect()).toMatchObject({
      endpoint: new URL(cluster.endpoints[0] ?? '').host,
      version: expect.stringMatching(/^3\.\d+\.\d+$/) as string,
      hasLeader: true,
      alarms: [],
    });
  });

  it('reads what it has written, at the revision of the write', async () => {
    const revision = await client.put('read/a', 'one');

    const { keyValues } = await client.range({ key: 'read/a' });

    expect(keyValues).toEqual([
      {
        key: 'read/a',
        value: Buffer.from('one'),
        createRevision: revision,
        modRevision: revision,
        version: 1,
        lease: undefined,
      },
    ]);
  });
});
