import { eventually } from '@rollcall/testing';
import { etcdIsInstalled, type EtcdMember } from '@rollcall/testing/etcd';
import { startEtcdReplicas, type EtcdReplicas } from './doubles/etcd-replicas';
import { listed, openReplica, type OpenReplica } from './doubles/open-replica';
import { registering } from './samples/sample-change';

const describeWithEtcd = etcdIsInstalled ? describe : describe.skip;

describeWithEtcd('two replicas over three members of etcd', () => {
  let etcd: EtcdReplicas;
  let both: OpenReplica[];

  beforeAll(async () => {
    etcd = await startEtcdReplicas({ size: 3 });
    const place = etcd.place();
    both = [await openReplica(place), await openReplica(place)];
    for (const replica of both) await replica.join();
  });
  afterAll(async () => {
    for (const replica of both) await replica.close();
    await etcd.discard();
  });

  /** Registers one instance after the other at both replicas, until it is told to stop. */
  function registerSteadily(name: string): { readonly acknowledged: string[]; stop(): Promise<void> } {
    const acknowledged: string[] = [];
    let isStopped = false;
    const running = both.map(async ({ store }, at) => {
      for (let number = 0; !isStopped; number += 1) {
        const id = `${name}-${at}-${number}`;
        // What is not acknowledged may have been registered all the same.
        const { kind } = await store.commit(registering(id)).catch(() => ({ kind: 'failed' }));
        if (kind === 'committed') acknowledged.push(id);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    return {
      acknowledged,
      async stop() {
        isStopped = true;
        await Promise.all(running);
      },
    };
  }

  const otherThan = (member: EtcdMember): EtcdMember | undefined =>
    etcd.cluster.members.find((other) => other !== member);

  it.each<[string, () => Promise<() => Promise<void> | undefined>]>([
    [
      'the leader is killed',
      async () => {
        const leader = await etcd.cluster.leader();
        await leader.kill();
        return () => leader.start();
      },
    ],
    [
      'another member is killed',
      async () => {
        const member = otherThan(await etcd.cluster.leader());
        await member?.kill();
        return () => member?.start();
      },
    ],
    [
      'the leader is stopped for a while',
      async () => {
        const leader = await etcd.cluster.leader();
        await leader.pause();
        return () => leader.resume();
      },
    ],
  ])('lose nothing and agree when %s', async (name, disturb) => {
    const writer = registerSteadily(name.replaceAll(' ', '-'));
    await eventually(() => writer.acknowledged.length >= 10);

    const mend = await disturb();
    const before = writer.acknowledged.length;
    await eventually(() => writer.acknowledged.length >= before + 50, { timeoutMs: 30_000 });
    await mend();
    await eventually(() => writer.acknowledged.length >= before + 100, { timeoutMs: 30_000 });
    await writer.stop();

    await eventually(() => writer.acknowledged.every((id) => both.every((one) => listed(one).includes(id))), {
      timeoutMs: 20_000,
    });
    const revision = Math.max(...both.map(({ catalog }) => catalog().revision));
    await eventually(() => both.every(({ catalog }) => catalog().revision === revision));
    const [one = [], other] = both.map((replica) => replica.changes());
    expect(other).toEqual(one);
    const revisions = one.map((change) => change.revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    await eventually(() => both.every(({ store }) => store.status === 'writable'));
    await eventually(() => both.every(({ group }) => group.others.size === 1));
    for (const { told } of both) expect(told.filter(({ what }) => what === 'replaced')).toEqual([]);
  });
});
