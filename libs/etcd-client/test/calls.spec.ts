import { startEtcdCluster, type EtcdCluster } from '@rollcall/testing/etcd';
import { createEtcdClient, EtcdError, type Compare, type EtcdClient } from '../src';
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
    await client.put('read/a', 'two');

    expect(await client.range({ key: 'read/a' }, { revision })).toEqual({
      revision,
      keyValues: [
        {
          key: 'read/a',
          value: Buffer.from('one'),
          createRevision: revision,
          modRevision: revision,
          version: 1,
          lease: undefined,
        },
      ],
    });
  });

  it('lists in pages what was there at one revision', async () => {
    const keys = Array.from({ length: 25 }, (_, index) => `pages/${String(index).padStart(2, '0')}`);
    const { revision } = await client.txn({ success: keys.map((key) => ({ put: { key, value: '' } })) });
    await client.put('pages/00', 'later');

    const { keyValues } = await client.list({ prefix: 'pages/' }, { revision, pageSize: 7 });

    expect(keyValues.map(({ key, modRevision }) => [key, modRevision])).toEqual(
      keys.map((key) => [key, revision]),
    );
  });

  it('lists keys without their values', async () => {
    const revision = await client.put('keys only/a', 'value');

    const { keyValues } = await client.list({ prefix: 'keys only/' }, { keysOnly: true });

    expect(keyValues).toMatchObject([{ key: 'keys only/a', modRevision: revision, value: Buffer.alloc(0) }]);
  });

  it("lists somebody else's keys that are no text, and what comes after them", async () => {
    // By etcd's own gateway, since our client writes texts only. 0xff is in no UTF-8.
    const foreign = Buffer.from([...Buffer.from('foreign/'), 0xff, 0x00, 0xff]);
    await cluster.call('/v3/kv/put', { key: foreign.toString('base64'), value: 'AAE=' });
    await client.put('foreign/a', 'ours');

    const { keyValues } = await client.list({ prefix: 'foreign/' }, { pageSize: 1 });

    expect(keyValues.map(({ value }) => value)).toEqual([Buffer.from('ours'), Buffer.from([0, 1])]);
  });

  const existing = 'compared/existing';
  it.each<[string, (now: number, lease: string) => readonly [holds: Compare, fails: Compare]]>([
    [
      'mod revision',
      (now) => [
        { key: existing, modRevision: now },
        { key: existing, modRevision: now - 1 },
      ],
    ],
    [
      'create revision',
      (now) => [
        { key: existing, createRevision: now - 1 },
        { key: existing, createRevision: now },
      ],
    ],
    [
      'version',
      () => [
        { key: existing, version: 2 },
        { key: existing, version: 1 },
      ],
    ],
    [
      'value',
      () => [
        { key: existing, value: 'second' },
        { key: existing, value: 'first' },
      ],
    ],
    [
      'lease',
      (_, lease) => [
        { key: existing, lease },
        { key: existing, lease: '0' },
      ],
    ],
    [
      'absence',
      () => [
        { key: 'compared/no', createRevision: 0 },
        { key: existing, createRevision: 0 },
      ],
    ],
    [
      'inequality',
      (now) => [
        { key: existing, is: '!=', modRevision: 1 },
        { key: existing, is: '!=', modRevision: now },
      ],
    ],
    [
      'order',
      (now) => [
        { key: existing, is: '<', modRevision: now + 1 },
        { key: existing, is: '>', modRevision: now },
      ],
    ],
  ])('commits by a comparison of the %s, and takes the other branch when it fails', async (_, compares) => {
    await client.txn({ success: [{ delete: { key: existing } }] });
    const { id: lease } = await client.grantLease(60);
    await client.put(existing, 'first', { lease });
    const now = await client.put(existing, 'second', { lease });
    const [holds, fails] = compares(now, lease);

    const refused = await client.txn({
      compare: [fails],
      success: [{ put: { key: 'compared/wrong', value: '' } }],
      failure: [{ range: { key: existing } }],
    });
    expect(refused).toMatchObject({
      succeeded: false,
      results: [{ kind: 'range', keyValues: [{ key: existing, modRevision: now, lease }] }],
    });

    const committed = await client.txn({
      compare: [holds],
      success: [{ put: { key: existing, value: 'third' } }, { delete: { key: 'compared/wrong' } }],
    });
    expect(committed).toEqual({
      succeeded: true,
      revision: now + 1,
      results: [{ kind: 'put' }, { kind: 'deleted', count: 0 }],
    });
  });

  it('keeps a lease, whose keys are gone when it is revoked', async () => {
    const { id, ttlSeconds } = await client.grantLease(30);
    expect(ttlSeconds).toBe(30);
    await client.put('leased/a', '', { lease: id });

    expect(await client.keepLeaseAlive(id)).toEqual({ kind: 'alive', ttlSeconds: 30 });
    await client.revokeLease(id);
    await client.revokeLease(id);

    expect(await client.keepLeaseAlive(id)).toEqual({ kind: 'ended' });
    expect((await client.range({ prefix: 'leased/' })).keyValues).toEqual([]);
    await expect(client.put('leased/b', '', { lease: id })).rejects.toMatchObject({
      kind: 'lease_not_found',
      mayHaveHappened: false,
    });
  });

  it('watches every key there is, by an empty prefix', async () => {
    const from = (await client.revision()) + 1;
    const told = new Promise<readonly string[]>((resolve) => {
      client.watch(
        { range: { prefix: '' }, from },
        {
          changed: ({ events }) =>
            resolve(events.map((event) => (event.kind === 'put' ? event.keyValue.key : event.key))),
          lost: () => undefined,
        },
      );
    });
    await client.txn({
      success: [{ put: { key: 'a/1', value: '' } }, { put: { key: 'z/1', value: '' } }],
    });

    expect(await told).toEqual(['a/1', 'z/1']);
  });

  it.each<[string, (revision: number) => Promise<unknown>, object]>([
    [
      'more than 128 operations',
      () =>
        client.txn({
          success: Array.from({ length: 129 }, (_, n) => ({ put: { key: `many/${n}`, value: '' } })),
        }),
      { kind: 'too_large', mayHaveHappened: false },
    ],
    [
      'more bytes than etcd takes',
      () => client.put('large', Buffer.alloc(1_700_000)),
      { kind: 'too_large', mayHaveHappened: false },
    ],
    [
      'a key twice',
      () =>
        client.txn({ success: [{ put: { key: 'twice', value: '' } }, { put: { key: 'twice', value: '' } }] }),
      { kind: 'too_large', mayHaveHappened: false },
    ],
    [
      'a revision that is yet to come',
      (revision) => client.range({ key: 'a' }, { revision: revision + 1000 }),
      { kind: 'future_revision' },
    ],
    [
      'a revision that was compacted',
      () => client.range({ key: 'a' }, { revision: 1 }),
      { kind: 'compacted' },
    ],
    [
      'a list at a compacted revision',
      () => client.list({ prefix: '' }, { revision: 1 }),
      { kind: 'compacted' },
    ],
  ])('says what is wrong with %s', async (_, call, fault) => {
    const revision = await client.put('before', '');
    await cluster.call('/v3/kv/compaction', { revision });

    const error = await call(revision).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(EtcdError);
    expect(error).toMatchObject(fault);
  });

  it('takes a list of more than 4 MiB', async () => {
    const value = Buffer.alloc(1_000_000, 'x');
    for (let number = 0; number < 6; number += 1) await client.put(`bytes/${number}`, value);

    const { keyValues } = await client.range({ prefix: 'bytes/' });

    expect(keyValues.map((keyValue) => keyValue.value.length)).toEqual(Array(6).fill(1_000_000));
  });

  it('rejects what is asked of a client that was closed', async () => {
    const closed = createEtcdClient({ endpoints: cluster.endpoints });
    await closed.connect();
    closed.close();

    await expect(closed.put('closed', '')).rejects.toMatchObject({ kind: 'closed', mayHaveHappened: false });
  });
});
