import { createFakeClock, eventually } from '@rollcall/testing';
import { etcdIsInstalled, startTcpRelay, type TcpRelay } from '@rollcall/testing/etcd';
import fc from 'fast-check';
import type { ProposedChange } from '../src/catalog/changes/change';
import { describeCatalogStore } from './catalog-store-contract';
import { startEtcdReplicas, type EtcdPlace, type EtcdReplicas } from './doubles/etcd-replicas';
import { listed, openReplica, type OpenReplica } from './doubles/open-replica';
import { catalogCommand, obey, SERVICES } from './samples/catalog-command';
import { openCatalog, type OpenCatalog } from './samples/open-catalog';
import { registering, removing, sampleChange, sampleRecord } from './samples/sample-change';
import { sampleRegistration } from './samples/sample-registration';
import { everybody, expectSound } from './samples/sound-catalog';
import { describeSharedStore } from './shared-store-contract';

const describeWithEtcd = etcdIsInstalled ? describe : describe.skip;

describeWithEtcd('a catalog in a real etcd', () => {
  let etcd: EtcdReplicas;
  const replicas: OpenReplica[] = [];
  const relays: TcpRelay[] = [];
  beforeAll(async () => {
    etcd = await startEtcdReplicas();
  });
  afterEach(async () => {
    for (const replica of replicas.splice(0)) await replica.close();
    for (const relay of relays.splice(0)) await relay.close();
  });
  afterAll(() => etcd.discard());

  async function open(
    place: EtcdPlace,
    options: Parameters<typeof openReplica>[1] = {},
  ): Promise<OpenReplica> {
    const replica = await openReplica(place, options);
    replicas.push(replica);
    return replica;
  }

  async function relayed(): Promise<TcpRelay> {
    const relay = await startTcpRelay(etcd.cluster.endpoints[0] ?? '');
    relays.push(relay);
    return relay;
  }

  /** The registration of an instance that announces a path, for a service that has to be given it. */
  function announcing(serviceName: string, instanceId: string, path: string, given: boolean): ProposedChange {
    const registration = sampleRegistration({
      serviceName,
      url: `http://${instanceId}`,
      routes: [{ path_prefix: path }],
    });
    return sampleChange({
      serviceName,
      put: [sampleRecord(instanceId, { registration })],
      ...(given && { claims: [{ pathPrefix: path, since: 1, why: 'spec' }] }),
    });
  }

  describeCatalogStore('an etcd store', () => etcd.place().replica().store);

  describeSharedStore('an etcd store', async () => {
    const place = etcd.place();
    const { client } = etcd;
    return {
      store: () => place.replica().store,
      async elect() {
        const { leader } = place.keys;
        await client.txn({ success: [{ delete: { key: leader } }] });
        return { token: await client.put(leader, 'somebody') };
      },
      close: () => Promise.resolve(),
    };
  });

  it('is the same to a replica that opens it, whatever has happened to it', async () => {
    const paths = (of: OpenCatalog) =>
      SERVICES.map((name) =>
        of.catalog.service(name).claims.map(({ unannouncedSince, ...claim }) => ({
          ...claim,
          isAnnounced: unannouncedSince === undefined,
        })),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(catalogCommand, { minLength: 5, maxLength: 40 }), async (commands) => {
        const place = etcd.place();
        const clock = createFakeClock();
        const before = await openCatalog({ store: place.replica().store, clock });
        for (const command of commands) {
          await obey(before, command);
          expectSound(before);
        }
        const after = await openCatalog({ store: place.replica().store, clock });
        expect(new Set(everybody(after))).toEqual(new Set(everybody(before)));
        expect(paths(after)).toEqual(paths(before));
        for (const name of SERVICES) {
          expect(after.catalog.overrides.of(name)).toEqual(before.catalog.overrides.of(name));
          expect(after.catalog.service(name).revision).toBe(before.catalog.service(name).revision);
        }
        expectSound(after);
        await before.store.close();
        await after.store.close();
      }),
      { numRuns: 25 },
    );
  });

  it('takes 5,000 registrations of one service over two replicas without a conflict', async () => {
    const place = etcd.place();
    const both = [await open(place), await open(place)];
    await Promise.all(
      both.flatMap((replica, at) =>
        Array.from({ length: 50 }, async (_, caller) => {
          for (let number = 0; number < 50; number += 1)
            await replica.settle(() => registering(`${at}-${caller}-${number}`));
        }),
      ),
    );

    await eventually(() => both.every((replica) => listed(replica).length === 5000), { timeoutMs: 30_000 });
    // What had happened although it failed conflicts with its own repetition.
    for (const { conflicts, failures } of both) expect(conflicts).toBeLessThanOrEqual(failures);
    const [one, other] = both.map((replica) => replica.changes().at(-1)?.revision ?? 0);
    await eventually(() => both.every(({ catalog }) => catalog().revision >= Math.max(one ?? 0, other ?? 0)));
    expect(both[1]?.changes()).toEqual(both[0]?.changes());
  });

  it('gives a path to the first of many instances that announce it at once', async () => {
    const place = etcd.place();
    const both = [await open(place), await open(place)];
    await Promise.all(
      both.flatMap((replica, at) =>
        Array.from({ length: 100 }, (_, number) =>
          replica.settle(() => {
            const isHeld = replica.catalog().claims.at({ pathPrefix: '/product' }) !== undefined;
            return announcing('product', `${at}-${number}`, '/product', !isHeld);
          }),
        ),
      ),
    );

    await eventually(() => both.every((replica) => listed(replica).length === 200));
    for (const { catalog } of both) expect(catalog().service('product').claims).toHaveLength(1);
    // Those that were decided before the path was given, and none of them a second time.
    for (const { conflicts, failures } of both) expect(conflicts).toBeLessThanOrEqual(100 + failures);
  });

  it('gives many services at once the paths that nobody else wants', async () => {
    const place = etcd.place();
    const both = [await open(place), await open(place)];
    const kinds = await Promise.all(
      both.flatMap(({ store }, at) =>
        Array.from({ length: 20 }, async (_, number) => {
          const name = `s${at}-${number}`;
          return (await store.commit(announcing(name, name, `/${name}`, true))).kind;
        }),
      ),
    );
    expect(kinds).toEqual(Array(40).fill('committed'));
  });

  it.each([
    ['the same path', '/shop', '/shop'],
    ['a path inside the other', '/shop', '/shop/cart'],
    ['a path around the other', '/shop/cart', '/'],
  ])('gives one of two services %s', async (_, path, otherPath) => {
    const place = etcd.place();
    const [one, other] = [await open(place), await open(place)];
    const results = await Promise.all([
      one.store.commit(announcing('one', 'a', path, true)),
      other.store.commit(announcing('other', 'b', otherPath, true)),
    ]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['committed', 'conflict']);
    await eventually(() => one.changes().length === 1 && other.changes().length === 1);
    expect(other.catalog().claims.size).toBe(1);
  });

  it('releases no path that an instance announces again at the same time', async () => {
    const place = etcd.place();
    const [one, other] = [await open(place), await open(place)];
    await one.settle(() => announcing('product', 'a', '/product', true));
    await one.settle(() => removing('a'));
    await eventually(() => other.changes().length === 2);

    const released = sampleChange({ released: [{ pathPrefix: '/product' }] });
    const results = await Promise.all([
      one.store.commit(announcing('product', 'b', '/product', false)),
      other.store.commit(released),
    ]);

    expect(results.map(({ kind }) => kind).sort()).toEqual(['committed', 'conflict']);
  });

  it('tells the difference, service by service, when its history was compacted while it was away', async () => {
    const place = etcd.place();
    const relay = await relayed();
    const away = await open(place, { connection: { endpoints: [relay.url] } });
    const there = await open(place);
    for (const change of [
      registering('stays', 'goes'),
      announcing('order', 'o', '/order', true),
      announcing('shop', 's', '/shop', true),
    ])
      await there.settle(() => change);
    await eventually(() => away.changes().length === 3);

    relay.cutAfter(0);
    await there.settle(() => removing('goes'));
    await there.settle(() => registering('comes'));
    await there.settle(() => ({
      ...removing('s'),
      serviceName: 'shop',
      released: [{ pathPrefix: '/shop' }],
    }));
    await etcd.cluster.call('/v3/kv/compaction', { revision: await etcd.client.revision() });
    relay.cutAfter(undefined);

    await eventually(() => listed(away).length === 2, { timeoutMs: 20_000 });
    await eventually(() => away.changes().length === 5);
    expect(listed(away)).toEqual(['comes', 'stays']);
    const inOrder = there.changes().slice(-2);
    expect(
      away
        .changes()
        .slice(3)
        .map((change) => change.revision),
    ).toEqual(inOrder.map((change) => change.revision));
    expect(away.catalog().claims.at({ pathPrefix: '/shop' })).toBeUndefined();
    expect(away.catalog().claims.size).toBe(1);
    expect(away.catalog().service('product')).toEqual(there.catalog().service('product'));
    expect(away.told.filter(({ what }) => what === 'replaced')).toEqual([]);
    await away.settle(() => removing('comes'));
    await eventually(() => listed(there).length === 1);
  });

  it('has its latest changes for a replica that starts, and fewer where history was compacted', async () => {
    const place = etcd.place();
    const there = await open(place);
    for (const id of ['a', 'b', 'c']) await there.settle(() => registering(id));
    const [first, second, third] = there.changes();

    const started = await open(place);
    expect(started.stored.recent).toEqual([first, second, third]);
    expect(started.stored.services).toEqual([]);

    await etcd.cluster.call('/v3/kv/compaction', { revision: second?.revision });
    const later = await open(place);
    expect(later.stored.recent).toEqual([third]);
    expect(later.stored.services).toMatchObject([{ serviceName: 'product', revision: second?.revision }]);
    expect(listed(later)).toEqual(['a', 'b', 'c']);
  });

  it('is warming for one lease after it began, by the clock of whoever opens it', async () => {
    const place = etcd.place();
    const before = Date.now();
    // Longer than the slowest machine takes to open the second one.
    const { stored } = await open(place, { warmSeconds: 600 });
    expect(stored.begunAt).toBeGreaterThanOrEqual(before);
    expect((await open(place)).stored.begunAt).toBeGreaterThanOrEqual(before);

    await etcd.client.txn({ success: [{ delete: { key: place.keys.warm } }] });
    expect((await open(place)).stored.begunAt).toBeLessThan(before);
  });

  describe('with keys that this version did not write', () => {
    it("leaves somebody else's keys as they are, and is not disturbed by them", async () => {
      const place = etcd.place();
      const { keys, prefix } = place;
      const foreign = [`${prefix}mine`, `${keys.catalog}mine/a`, `${keys.group}mine`, `${keys.all}mine`];
      await etcd.client.put(foreign[0] ?? '', 'before');
      const one = await open(place);
      for (const key of foreign) await etcd.client.put(key, 'not json');
      await one.settle(() => registering('a'));

      expect(listed(one)).toEqual(['a']);
      expect(listed(await open(place))).toEqual(['a']);
      expect(one.told.map(({ what }) => what)).toEqual(['changed']);
      for (const key of foreign)
        expect((await etcd.client.range({ key })).keyValues).toMatchObject([
          { value: Buffer.from('not json') },
        ]);
    });

    it('lists no record that it cannot read, keeps it, and says which', async () => {
      const place = etcd.place();
      const key = place.keys.instance('product', 'http://newer');
      await etcd.client.put(key, '{"v":2,"instance":"in another form"}');
      const one = await open(place);
      await one.settle(() => registering('a'));

      expect(listed(one)).toEqual(['a']);
      expect([...one.state().unreadable]).toEqual([key]);
      expect(one.events).toContainEqual({ type: 'unreadable', keys: [key] });
      expect((await etcd.client.range({ key })).keyValues).toHaveLength(1);
    });

    it('lists an instance that registers where a record was that nobody could read', async () => {
      const place = etcd.place();
      await etcd.client.put(place.keys.instance('product', 'http://a'), 'not json');
      const one = await open(place);

      expect((await one.settle(() => registering('a'))).kind).toBe('committed');
      expect(one.state().unreadable.size).toBe(0);
    });

    it('takes back a record that was deleted by hand', async () => {
      const place = etcd.place();
      const one = await open(place);
      await one.settle(() => registering('a', 'b'));

      await etcd.client.txn({ success: [{ delete: { key: place.keys.instance('product', 'http://a') } }] });

      await eventually(() => listed(one).length === 1 && one.told.at(-1)?.what === 'replaced');
      expect(one.told.at(-1)).toMatchObject({
        what: 'replaced',
        stored: { catalogId: one.stored.catalogId },
      });
      await one.settle(() => registering('c'));
      expect(listed(one)).toEqual(['b', 'c']);
    });

    it('begins a new catalog when everything was deleted by hand', async () => {
      const place = etcd.place();
      const one = await open(place);
      const other = await open(place);
      await one.settle(() => registering('a'));

      await etcd.client.txn({ success: [{ delete: { prefix: place.keys.all } }] });

      await eventually(() => [one, other].every((replica) => replica.told.at(-1)?.what === 'replaced'));
      await eventually(() => one.catalog().catalogId !== one.stored.catalogId);
      await eventually(() => other.catalog().catalogId === one.catalog().catalogId);
      expect([listed(one), listed(other)]).toEqual([[], []]);
      await one.settle(() => registering('b'));
      await eventually(() => listed(other).length === 1);
    });
  });

  describe('that it cannot use', () => {
    it('says which setting to change where something else is under the prefix', async () => {
      const place = etcd.place();
      await etcd.client.put(place.keys.meta, 'something else');
      await expect(place.replica().store.open()).rejects.toMatchObject({
        code: 'ETCD_CATALOG_FOREIGN',
        setting: 'ETCD_PREFIX',
        message: expect.stringContaining(place.keys.meta) as string,
      });
    });

    it('is not touched when a newer version says that older ones must not read it', async () => {
      const place = etcd.place();
      const meta = JSON.stringify({ v: 2, catalogId: 'newer', minReader: 2 });
      await etcd.client.put(place.keys.meta, meta);
      await expect(place.replica().store.open()).rejects.toMatchObject({
        code: 'ETCD_CATALOG_NEWER',
        setting: 'ETCD_PREFIX',
      });
      expect((await etcd.client.range({ key: place.keys.meta })).keyValues[0]?.value.toString()).toBe(meta);
    });
  });
});
