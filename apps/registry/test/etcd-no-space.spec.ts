import { eventually } from '@rollcall/testing';
import { etcdIsInstalled } from '@rollcall/testing/etcd';
import { ATTACHED_FOR_MS } from '../src/adapters/etcd-store/attachment';
import { startEtcdReplicas, type EtcdReplicas } from './doubles/etcd-replicas';
import { listed, openReplica } from './doubles/open-replica';
import { registering } from './samples/sample-change';

const describeWithEtcd = etcdIsInstalled ? describe : describe.skip;

describeWithEtcd('a real etcd that has no space left', () => {
  let etcd: EtcdReplicas;
  beforeAll(async () => {
    etcd = await startEtcdReplicas({ size: 1, flags: [`--quota-backend-bytes=${2 ** 21}`] });
  });
  afterAll(() => etcd.discard());

  it('refuses changes and says why, keeps everybody attached, and takes them again once there is space', async () => {
    const place = etcd.place();
    const [one, other] = [await openReplica(place), await openReplica(place)];
    try {
      for (const replica of [one, other]) await replica.join();
      await one.settle(() => registering('a'));
      await eventually(() => listed(other).length === 1);
      await eventually(() => [one, other].every(({ group }) => group.others.size === 1));
      await eventually(() =>
        etcd.client.put('full', Buffer.alloc(500_000)).then(
          () => undefined,
          () => true,
        ),
      );
      await eventually(async () => (await etcd.client.status()).alarms.length > 0);
      const fullSince = performance.now();

      await eventually(async () => {
        await expect(one.store.commit(registering('b'))).rejects.toMatchObject({
          code: 'STORE_UNAVAILABLE',
          message: expect.stringContaining('etcdctl alarm disarm') as string,
        });
        return one.store.status === 'refusing';
      });
      // Longer than reports last that were committed before: from then on, who is attached is so without one. A process that
      // was not scheduled for as long may have been detached meanwhile, and is attached again, still without space.
      await eventually(() => performance.now() > fullSince + ATTACHED_FOR_MS + 2000, { timeoutMs: 20_000 });
      await eventually(() => [one, other].every(({ store }) => store.status !== 'detached'));
      await expect(etcd.client.put('still', 'full')).rejects.toMatchObject({ kind: 'no_space' });
      for (const { group } of [one, other]) expect(group.others.size).toBe(1);
      expect(listed(one)).toEqual(['a']);

      await etcd.client.txn({ success: [{ delete: { key: 'full' } }] });
      const revision = await etcd.client.revision();
      await etcd.cluster.call('/v3/kv/compaction', { revision, physical: true });
      await etcd.cluster.call('/v3/maintenance/defragment');
      const { header } = (await etcd.cluster.call('/v3/maintenance/status')) as {
        header: { member_id: string };
      };
      await etcd.cluster.call('/v3/maintenance/alarm', {
        action: 'DEACTIVATE',
        memberID: header.member_id,
        alarm: 'NOSPACE',
      });

      // Before anybody changes anything.
      await eventually(() => [one, other].every(({ store }) => store.status === 'writable'));
      await eventually(() => one.settle(() => registering('b')).then(({ kind }) => kind === 'committed'));
      await eventually(() => listed(other).length === 2, { timeoutMs: 20_000 });
    } finally {
      await one.close();
      await other.close();
    }
  });
});
