import { etcdIsInstalled } from '@rollcall/testing/etcd';
import { describeCatalogStore } from './catalog-store-contract';
import { startEtcdReplicas, type EtcdReplicas } from './doubles/etcd-replicas';
import { describeSharedStore } from './shared-store-contract';

const describeWithEtcd = etcdIsInstalled ? describe : describe.skip;

describeWithEtcd('over a real etcd', () => {
  let etcd: EtcdReplicas;
  beforeAll(async () => {
    etcd = await startEtcdReplicas();
  });
  afterAll(() => etcd.discard());

  describeCatalogStore('an etcd store', () => etcd.place().replica().store);

  describeSharedStore('an etcd store', async () => {
    const place = etcd.place();
    const { client } = etcd;
    return {
      store: () => place.replica().store,
      async elect() {
        const { leader } = place.keys;
        await client.txn({ success: [{ delete: { key: leader } }] });
        const token = await client.put(leader, 'somebody');
        return { token };
      },
      close: () => Promise.resolve(),
    };
  });
});
