import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedPort, eventually } from '@rollcall/testing';
import { etcdIsInstalled, startTcpRelay } from '@rollcall/testing/etcd';
import { startEtcdReplicas, type EtcdPlace, type EtcdReplicas } from './doubles/etcd-replicas';
import { listed, openReplica, type OpenReplica } from './doubles/open-replica';
import { registering } from './samples/sample-change';

const describeWithEtcd = etcdIsInstalled ? describe : describe.skip;
/** Its members start again in between, and clients wait for up to 2 s before they try one anew. */
const PATIENTLY = { timeoutMs: 20_000 };

describeWithEtcd('replicas and the history of a real etcd', () => {
  let etcd: EtcdReplicas;
  let place: EtcdPlace;
  let folder: string;
  const replicas: OpenReplica[] = [];

  beforeAll(async () => {
    etcd = await startEtcdReplicas();
  });
  beforeEach(async () => {
    place = etcd.place();
    folder = await mkdtemp(join(tmpdir(), 'rollcall-seen-'));
  });
  afterEach(async () => {
    for (const replica of replicas.splice(0)) await replica.close();
    await rm(folder, { recursive: true });
  });
  afterAll(() => etcd.discard());

  async function open(options: Parameters<typeof openReplica>[1] = {}): Promise<OpenReplica> {
    const replica = await openReplica(place, options);
    replicas.push(replica);
    return replica;
  }

  /** Repeats what failed meanwhile: the conflict of one that has happened all the same is the end of it, too. */
  const settle = (replica: OpenReplica, id: string): Promise<unknown> =>
    eventually(async () => {
      if (!listed(replica).includes(id)) await replica.settle(() => registering(id));
      return true;
    }, PATIENTLY);

  const replacements = (replica: OpenReplica) =>
    replica.told.flatMap((line) => (line.what === 'replaced' ? line.stored : []));

  it('goes on with the same catalog when etcd was away, and tells each change once', async () => {
    const [one, other] = [await open(), await open()];
    await settle(one, 'a');

    await etcd.cluster.members[0]?.kill();
    await expect(one.store.commit(registering('b'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(one.store.status).toBe('refusing');
    await etcd.cluster.members[0]?.start();

    // Before anybody changes anything.
    await eventually(() => one.store.status === 'writable', PATIENTLY);
    await settle(one, 'b');
    await eventually(() => listed(other).length === 2, PATIENTLY);
    // One that failed and had happened all the same was made a second time.
    await eventually(() => other.changes().length === one.changes().length);
    expect(other.changes()).toEqual(one.changes());
    expect([replacements(one), replacements(other)]).toEqual([[], []]);
  });

  it('begins a new catalog with what a restored backup has, one for all replicas', async () => {
    const [one, other] = [await open(), await open()];
    await settle(one, 'kept');
    await etcd.cluster.backUp();
    // More than whoever notices first writes of its own before the other one is connected again: that one would find the
    // revision where it was, and could tell only by comparing what there is.
    for (let lost = 1; lost <= 20; lost += 1) await settle(one, `lost-${lost}`);
    await eventually(() => listed(other).length === 21, PATIENTLY);

    await etcd.cluster.restore();

    await eventually(() => [one, other].every((replica) => replacements(replica).length > 0), PATIENTLY);
    for (const replica of [one, other]) {
      const [stored, ...more] = replacements(replica);
      expect(more).toEqual([]);
      expect(stored?.catalogId).not.toBe(replica.stored.catalogId);
      expect(listed(replica)).toEqual(['kept']);
      expect(replica.events.map(({ type }) => type)).toContain('replaced');
    }
    expect(replacements(other)[0]?.catalogId).toBe(replacements(one)[0]?.catalogId);
    await settle(one, 'new');
    await eventually(() => listed(other).length === 2, PATIENTLY);
  });

  it('knows by a file that a backup was restored while all registries were away', async () => {
    const seenPath = join(folder, 'registry', 'seen');
    const before = await open({ seenPath });
    await settle(before, 'kept');
    await etcd.cluster.backUp();
    await settle(before, 'lost');
    await before.close();
    await etcd.cluster.restore();

    const after = await open({ seenPath });

    expect(after.stored.catalogId).not.toBe(before.stored.catalogId);
    expect(listed(after)).toEqual(['kept']);
    // Without the file nobody can tell; the catalog is the new one by now.
    expect((await open()).stored.catalogId).toBe(after.stored.catalogId);
  });

  it('goes on with the same catalog after a restart where nothing was restored', async () => {
    const seenPath = join(folder, 'registry', 'seen');
    const before = await open({ seenPath });
    await settle(before, 'a');
    await before.close();
    expect(JSON.parse(await readFile(seenPath, 'utf8'))).toEqual({
      catalogId: before.stored.catalogId,
      revision: before.changes().at(-1)?.revision,
    });

    const after = await open({ seenPath });

    expect(after.stored.catalogId).toBe(before.stored.catalogId);
    expect(after.catalog().revision).toBe(before.catalog().revision);
  });

  it.each([
    ['is damaged', (path: string) => writeFile(path, '{"catalogId":')],
    ['is of another catalog', (path: string) => writeFile(path, '{"catalogId":"other","revision":9e9}')],
    ['cannot be read', () => Promise.resolve(), ''],
  ])('starts all the same where the file %s', async (_, spoil, name = 'seen') => {
    const first = await open();
    const seenPath = join(folder, name);
    await spoil(seenPath);

    const { stored, events } = await open({ seenPath });

    expect(stored.catalogId).toBe(first.stored.catalogId);
    expect(events.some(({ type }) => type === 'seen_unusable')).toBe(name === '');
  });

  it('begins a new catalog where the data of etcd are gone', async () => {
    const one = await open();
    await settle(one, 'a');
    const [member] = etcd.cluster.members;

    await member?.erase();
    await member?.start();

    await eventually(() => replacements(one).length > 0, PATIENTLY);
    expect(one.catalog().catalogId).not.toBe(one.stored.catalogId);
    expect(listed(one)).toEqual([]);
    await settle(one, 'b');
  });

  it('goes over to another cluster in the place of the former, which a client never accepts', async () => {
    const another = await startEtcdReplicas({ size: 1, flags: ['--initial-cluster-token=another'] });
    const relay = await startTcpRelay(etcd.cluster.endpoints[0] ?? '');
    try {
      const one = await open({ connection: { endpoints: [relay.url] } });
      await settle(one, 'a');

      relay.leadTo(another.cluster.endpoints[0] ?? '');
      relay.cutAfter(0);
      await eventually(() => one.events.some(({ type }) => type === 'connection_failed'), PATIENTLY);
      relay.cutAfter(undefined);

      await eventually(() => replacements(one).length > 0, PATIENTLY);
      expect(one.catalog().catalogId).not.toBe(one.stored.catalogId);
      expect(listed(one)).toEqual([]);
      await settle(one, 'b');
      const key = place.keys.instance('product', 'http://b');
      expect((await another.client.range({ key })).keyValues).toHaveLength(1);
    } finally {
      for (const replica of replicas.splice(0)) await replica.close();
      await relay.close();
      await another.discard();
    }
  });

  it('says which setting to change where no etcd is', async () => {
    const endpoint = `http://127.0.0.1:${await closedPort()}`;
    const { store } = place.replica({ connection: { endpoints: [endpoint] } });
    await expect(store.open()).rejects.toMatchObject({
      code: 'ETCD_UNUSABLE',
      setting: 'ETCD_ENDPOINTS',
      message: expect.stringContaining('Check that the members run') as string,
    });
    await store.close();
  });
});
