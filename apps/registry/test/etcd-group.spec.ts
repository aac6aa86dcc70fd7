import { eventually } from '@rollcall/testing';
import { etcdIsInstalled, startTcpRelay, type TcpRelay } from '@rollcall/testing/etcd';
import type { DrainReference, DrainSubscriberState } from '../src/ports/replica-group';
import { startEtcdReplicas, type EtcdPlace, type EtcdReplicas } from './doubles/etcd-replicas';
import { listed, openReplica, type OpenReplica, type Told } from './doubles/open-replica';
import { registering, removing, sampleChange, sampleRecord } from './samples/sample-change';

const describeWithEtcd = etcdIsInstalled ? describe : describe.skip;

describeWithEtcd('a group of registries over a real etcd', () => {
  let etcd: EtcdReplicas;
  let place: EtcdPlace;
  const replicas: OpenReplica[] = [];
  const relays: TcpRelay[] = [];

  beforeAll(async () => {
    etcd = await startEtcdReplicas();
  });
  beforeEach(() => {
    place = etcd.place();
  });
  afterEach(async () => {
    for (const relay of relays.splice(0)) {
      relay.pass();
      await relay.close();
    }
    for (const replica of replicas.splice(0)) await replica.close();
  });
  afterAll(() => etcd.discard());

  async function open(options: Parameters<typeof openReplica>[1] = {}): Promise<OpenReplica> {
    const replica = await openReplica(place, options);
    replicas.push(replica);
    return replica;
  }

  async function join(options: Parameters<typeof openReplica>[1] = {}): Promise<OpenReplica> {
    const replica = await open(options);
    await replica.join();
    return replica;
  }

  /** A replica with a door before its etcd. */
  async function joinByRelay(): Promise<{ replica: OpenReplica; relay: TcpRelay }> {
    const relay = await startTcpRelay(etcd.cluster.endpoints[0] ?? '');
    relays.push(relay);
    return { replica: await join({ connection: { endpoints: [relay.url] } }), relay };
  }

  const what = ({ told }: OpenReplica, ...kinds: readonly Told['what'][]): readonly Told[] =>
    told.filter((line) => kinds.includes(line.what));

  async function leaseOf({ group }: OpenReplica): Promise<string> {
    const { keyValues } = await etcd.client.range({ key: place.keys.replica(group.replicaId) });
    return keyValues[0]?.lease ?? '';
  }

  it('knows who is there, who comes, and who leaves in order', async () => {
    const one = await join({ self: { url: 'http://one', version: '1.0.0' } });
    const other = await join({ self: { url: 'http://other', version: '1.1.0' } });
    await eventually(() => one.group.others.size === 1);

    expect(one.group.others.get(other.group.replicaId)).toMatchObject({
      url: 'http://other',
      version: '1.1.0',
    });
    expect(other.group.others.get(one.group.replicaId)).toMatchObject({ url: 'http://one' });
    expect(what(other, 'joined')).toEqual([{ what: 'joined', replica: one.group.replicaId }]);

    await other.close();
    await eventually(() => one.group.others.size === 0);
    expect(what(one, 'joined', 'left')).toEqual([
      { what: 'joined', replica: other.group.replicaId },
      { what: 'left', replica: other.group.replicaId, orderly: true },
    ]);
    expect((await etcd.client.range({ prefix: place.keys.heard(other.group.replicaId) })).keyValues).toEqual(
      [],
    );
  });

  it('says of one that leaves without having reported all that it is lost, and does not wait for its lease', async () => {
    const one = await join();
    const other = await join();
    await eventually(() => one.group.others.size === 1);
    const lease = await leaseOf(other);

    await other.close({ orderly: false });

    expect(await etcd.client.keepLeaseAlive(lease)).toEqual({ kind: 'ended' });
    await eventually(() => one.group.others.size === 0);
    expect(what(one, 'left')).toEqual([{ what: 'left', replica: other.group.replicaId, orderly: false }]);
  });

  it('tells of each report after everything that was before it', async () => {
    const one = await join();
    const other = await open();
    await other.settle(() => registering('a'));
    const [{ revision = 0 } = {}] = other.changes();
    await other.join(() => ({ heard: [{ epoch: revision, agoMs: 250 }], opened: [revision] }));

    await eventually(() => what(one, 'heard').length > 0);
    expect(what(one, 'heard')[0]).toMatchObject({
      replica: other.group.replicaId,
      report: { heard: [{ epoch: revision, agoMs: 200 }], opened: [revision], closed: [] },
    });
    const order = one.told.map((line) => line.what);
    expect(order.indexOf('changed')).toBeLessThan(order.indexOf('heard'));
    expect(one.group.seen).toBeGreaterThan(revision);
  });

  it('has one leader, and the next one after it has left', async () => {
    const [one, other] = [await join(), await join()];
    await eventually(() => one.group.leadership ?? other.group.leadership);
    const [leader, next] = one.group.leadership ? [one, other] : [other, one];
    const first = leader.group.leadership;
    expect(next.group.leadership).toBeUndefined();
    expect((await leader.store.commit(registering('a'), first)).kind).toBe('committed');

    await leader.close();

    const second = await eventually(() => next.group.leadership);
    expect(second.token).toBeGreaterThan(first?.token ?? Infinity);
    expect((await next.store.commit(removing('a'), first)).kind).toBe('fenced');
    expect((await next.store.commit(removing('a'), second)).kind).toBe('committed');
    expect(what(leader, 'leadership')).toEqual([
      { what: 'leadership', fence: first },
      { what: 'leadership', fence: undefined },
    ]);
  });

  it('fences a leader that does not know yet that it is not the leader any more', async () => {
    const { replica: late, relay } = await joinByRelay();
    const fence = await eventually(() => late.group.leadership);
    await late.settle(() => registering('a', 'b'));
    const next = await join();
    await eventually(() => listed(next).length === 2);

    // It is stopped, and goes on as if nothing had happened.
    relay.hold();
    await etcd.client.revokeLease(await leaseOf(late));
    const second = await eventually(() => next.group.leadership);
    expect((await next.store.commit(removing('a'), second)).kind).toBe('committed');
    expect(late.group.leadership).toEqual(fence);
    const decided = late.store.commit(removing('b'), fence);
    relay.pass();

    expect((await decided).kind).toBe('fenced');
    await eventually(() => late.group.leadership === undefined && listed(late).length === 1);
    expect(listed(next)).toEqual(['b']);
    expect(what(late, 'leadership').at(-1)).toEqual({ what: 'leadership', fence: undefined });
  });

  it('counts a replica out whose lease has ended, and in again by its next report', async () => {
    const [one, other] = [await join(), await join()];
    await eventually(() => one.group.others.size === 1 && other.group.others.size === 1);

    await etcd.client.revokeLease(await leaseOf(other));

    const { replicaId: replica } = other.group;
    await eventually(() => what(one, 'joined', 'left').length === 3);
    expect(what(one, 'joined', 'left').slice(1)).toEqual([
      { what: 'left', replica, orderly: false },
      { what: 'joined', replica },
    ]);
    expect(other.events.map(({ type }) => type)).toContain('lease_lost');
    await eventually(() => what(one, 'heard').length > 0);
    expect(what(other, 'attached', 'detached')).toEqual([]);
    await eventually(() => one.group.leadership ?? other.group.leadership);
  });

  it('refuses changes while it is cut off and counted out, and has caught up before it is attached again', async () => {
    const { replica: away, relay } = await joinByRelay();
    const there = await join();
    await away.settle(() => registering('a'));
    await eventually(() => away.group.leadership);

    relay.hold();
    await eventually(() => what(away, 'detached').length === 1, { timeoutMs: 30_000 });
    expect(away.store.status).toBe('detached');
    expect(away.group.leadership).toBeUndefined();
    await expect(away.store.commit(registering('b'))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      status: 503,
    });
    await eventually(() => there.group.others.size === 0, { timeoutMs: 30_000 });
    expect(what(there, 'left')).toEqual([{ what: 'left', replica: away.group.replicaId, orderly: false }]);
    await eventually(() => there.group.leadership);
    await there.settle(() => registering('c'));
    relay.pass();

    await eventually(() => what(away, 'attached').length === 1, { timeoutMs: 30_000 });
    const order = away.told.flatMap((line) =>
      line.what === 'changed' || line.what === 'attached' || line.what === 'detached' ? line.what : [],
    );
    expect(order).toEqual(['changed', 'detached', 'changed', 'attached']);
    expect(listed(away)).toEqual(['a', 'c']);
    await eventually(() => there.group.others.size === 1);
    expect((await away.settle(() => registering('b'))).kind).toBe('committed');
    await eventually(() => away.store.status === 'writable');
  });

  it('does not stay attached when it is cut off before its first report', async () => {
    const replica = await open();
    await replica.group.join();

    await eventually(() => what(replica, 'detached').length > 0, { timeoutMs: 30_000 });
    expect(replica.store.status).toBe('detached');
    expect(replica.group.leadership).toBeUndefined();
  });

  it('takes the others as lost and joined again when it may have missed reports of theirs', async () => {
    const { replica: away, relay } = await joinByRelay();
    const there = await join();
    await eventually(() => away.group.others.size === 1);

    relay.cutAfter(0);
    for (const id of ['a', 'b']) await there.settle(() => registering(id));
    await etcd.cluster.call('/v3/kv/compaction', { revision: await etcd.client.revision() });
    relay.cutAfter(undefined);

    await eventually(() => listed(away).length === 2, { timeoutMs: 30_000 });
    const { replicaId: replica } = there.group;
    await eventually(() => what(away, 'joined', 'left').length === 3);
    expect(what(away, 'joined', 'left')).toEqual([
      { what: 'joined', replica },
      { what: 'left', replica, orderly: false },
      { what: 'joined', replica },
    ]);
    expect(what(away, 'replaced')).toEqual([]);
  });

  describe('with a drain', () => {
    const subscriber = (acked: boolean): DrainSubscriberState => ({
      subscriber: '1',
      acked,
      connected: true,
      instanceId: 'gateway-1',
      serviceName: 'gateway',
      actor: 'gateway',
    });

    /** @returns a drain that two replicas know of */
    async function draining(one: OpenReplica): Promise<DrainReference> {
      const standing = { condition: { status: 'draining' as const } };
      await one.settle(() => sampleChange({ put: [sampleRecord('a', { standing })] }));
      const { revision = 0 } = one.changes().at(-1) ?? {};
      return { serviceName: 'product', instanceId: 'a', revision };
    }

    it('knows what the subscribers of all replicas have acknowledged, the latest each', async () => {
      const [one, other] = [await join(), await join()];
      const drain = await draining(one);

      other.group.acknowledge(drain, [subscriber(false)]);
      other.group.acknowledge(drain, [subscriber(true)]);

      const { replicaId } = other.group;
      await eventually(() => one.group.acksOf(drain).get(replicaId)?.[0]?.acked);
      expect(one.group.acksOf(drain)).toEqual(new Map([[replicaId, [subscriber(true)]]]));
      expect(what(one, 'acknowledged')).toContainEqual({ what: 'acknowledged', instanceId: 'a' });
      expect(other.group.acksOf(drain)).toEqual(new Map());
      expect(one.group.acksOf({ ...drain, revision: drain.revision + 1 })).toEqual(new Map());
      // Also to one that comes later.
      const third = await join();
      expect(third.group.acksOf(drain)).toEqual(new Map([[replicaId, [subscriber(true)]]]));
    });

    it('knows it again after a replica has lost its lease, and no more once the instance is gone', async () => {
      const [one, other] = [await join(), await join()];
      const drain = await draining(one);
      other.group.acknowledge(drain, [subscriber(true)]);
      await eventually(() => one.group.acksOf(drain).size === 1);

      await etcd.client.revokeLease(await leaseOf(other));
      await eventually(() => what(one, 'acknowledged').length >= 3);
      await eventually(() => one.group.acksOf(drain).size === 1);

      await one.settle(() => removing('a'));
      await eventually(() => one.group.acksOf(drain).size === 0);
      await eventually(async () => {
        const { keyValues } = await etcd.client.range({ prefix: `${place.keys.group}ack/` });
        return keyValues.length === 0;
      });
    });

    it('knows nothing more of a replica that has left', async () => {
      const [one, other] = [await join(), await join()];
      const drain = await draining(one);
      other.group.acknowledge(drain, [subscriber(false)]);
      await eventually(() => one.group.acksOf(drain).size === 1);

      await other.close();

      await eventually(() => one.group.others.size === 0);
      expect(one.group.acksOf(drain)).toEqual(new Map());
    });
  });
});
