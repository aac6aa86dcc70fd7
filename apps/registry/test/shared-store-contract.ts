import { eventually } from '@rollcall/testing';
import { createCatalog, type Catalog } from '../src/catalog/catalog';
import type { CommittedChange, ProposedChange } from '../src/catalog/changes/change';
import type { CatalogStore, Fence } from '../src/ports/catalog-store';
import { followerOf } from './doubles/store-follower';
import { sampleChange as proposal, sampleRecord as record } from './samples/sample-change';

/** What several stores work on. */
export interface SharedEngine {
  /** One more store over it, as another replica has it. */
  store(): CatalogStore | Promise<CatalogStore>;
  /** Has a replica begin a term of leadership, after which every earlier fence is that of an earlier leader. */
  elect(): Promise<Fence>;
  close(): Promise<void>;
}

/** A store with a catalog that follows it, as a replica has them. */
interface Follower {
  readonly store: CatalogStore;
  readonly catalog: Catalog;
  readonly told: CommittedChange[];
}

/** What the registry relies on when two stores work on one engine. */
export function describeSharedStore(name: string, create: () => Promise<SharedEngine>): void {
  describe(`${name}, as a store of several replicas`, () => {
    let engine: SharedEngine;
    const opened: CatalogStore[] = [];
    beforeEach(async () => {
      engine = await create();
    });
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
      await engine.close();
    });

    async function follower(): Promise<Follower> {
      const store = await engine.store();
      opened.push(store);
      const stored = await store.open();
      const moment = { now: 0, epochMs: 0 };
      const catalog = createCatalog(stored, moment, { maxVacantServices: 1000 });
      for (const change of stored.recent) catalog.apply(change, moment);
      const told: CommittedChange[] = [];
      store.follow(
        followerOf((change) => {
          told.push(change);
          catalog.apply(change, moment);
        }),
      );
      return { store, catalog, told };
    }

    async function commit(
      { store }: Follower,
      change: ProposedChange,
      under?: Fence,
    ): Promise<CommittedChange> {
      const result = await store.commit(change, under);
      if (result.kind !== 'committed') throw new Error(result.kind);
      return result.change;
    }

    const registering = (id: string): ProposedChange => proposal({ put: [record(id)] });
    /** The change of an instance as it is listed there. */
    const touching = ({ catalog }: Follower, id: string): ProposedChange => {
      const entry = catalog.entry('product', id);
      if (entry === undefined) throw new Error(`${id} is not listed`);
      return proposal({ put: [{ ...entry.record, standing: { condition: { status: 'draining' } } }] });
    };
    const ids = ({ catalog }: Follower): string[] =>
      catalog.service('product').records.map(({ instanceId }) => instanceId);

    it('opens one catalog for all, also for one that comes later', async () => {
      const one = await follower();
      await commit(one, registering('a'));
      const other = await follower();
      expect(other.catalog.catalogId).toBe(one.catalog.catalogId);
      expect(other.catalog.revision).toBe(one.catalog.revision);
      expect(other.catalog.service('product')).toEqual(one.catalog.service('product'));
    });

    it('tells every follower of every change, whoever proposed it, once and in one order', async () => {
      const [one, other] = [await follower(), await follower()];
      const both = [one, other];
      await Promise.all(
        Array.from({ length: 40 }, (_, index) => {
          const by = both[index % 2] ?? one;
          return commit(by, registering(`i-${index}`));
        }),
      );
      await eventually(() => one.told.length === 40 && other.told.length === 40);
      expect(other.told).toEqual(one.told);
      const revisions = one.told.map(({ revision }) => revision);
      expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    });

    it('lets one of two changes to an instance through, and answers the other once it knows of that', async () => {
      const [one, other] = [await follower(), await follower()];
      const { revision } = await commit(one, registering('a'));
      await other.store.reach(revision);
      const answers = await Promise.all(
        [one, other].map(async (by) => {
          const { kind } = await by.store.commit(touching(by, 'a'));
          return { kind, knows: by.catalog.entry('product', 'a')?.record.standing.condition.status };
        }),
      );
      expect(answers.map(({ kind }) => kind).sort()).toEqual(['committed', 'conflict']);
      expect(answers.map(({ knows }) => knows)).toEqual(['draining', 'draining']);
    });

    it('gives an address to one of two that register there at once', async () => {
      const [one, other] = [await follower(), await follower()];
      const at = (id: string): ProposedChange =>
        proposal({ put: [{ ...record(id), registration: record('same').registration }] });
      const results = await Promise.all([one.store.commit(at('a')), other.store.commit(at('b'))]);
      expect(results.map(({ kind }) => kind).sort()).toEqual(['committed', 'conflict']);
      await eventually(() => ids(one).length === 1 && ids(other).length === 1);
      expect(ids(other)).toEqual(ids(one));
    });

    it('gives an id to one of two that register under it at once', async () => {
      const [one, other] = [await follower(), await follower()];
      const at = (host: string): ProposedChange =>
        proposal({ put: [{ ...record('a'), registration: record(host).registration }] });
      const results = await Promise.all([one.store.commit(at('here')), other.store.commit(at('there'))]);
      expect(results.map(({ kind }) => kind).sort()).toEqual(['committed', 'conflict']);
    });

    it('lets a removal come once', async () => {
      const [one, other] = [await follower(), await follower()];
      const { revision } = await commit(one, registering('a'));
      await other.store.reach(revision);
      const gone = proposal({ remove: ['a'] });
      const results = await Promise.all([one.store.commit(gone), other.store.commit(gone)]);
      expect(results.map(({ kind }) => kind).sort()).toEqual(['committed', 'conflict']);
    });

    it('reaches a revision of another replica', async () => {
      const [one, other] = [await follower(), await follower()];
      const { revision } = await commit(one, registering('a'));
      await other.store.reach(revision);
      expect(ids(other)).toEqual(['a']);
    });

    it.each([
      ['its id', { instanceId: 'a' }],
      ['its id and its service', { instanceId: 'a', serviceName: 'product' }],
      ['its address', { serviceName: 'product', url: 'http://a' }],
    ])(
      'confirms no instance as unknown that another replica has registered, by %s',
      async (_by, instance) => {
        const [one, other] = [await follower(), await follower()];
        await commit(one, registering('a'));
        await other.store.confirmUnknown(instance);
        expect(ids(other)).toEqual(['a']);
      },
    );

    it('takes the changes of the leader, and none of the one before', async () => {
      const [one, other] = [await follower(), await follower()];
      const first = await engine.elect();
      const { revision } = await commit(one, registering('a'), first);
      await other.store.reach(revision);
      const second = await engine.elect();
      expect(second.token).toBeGreaterThan(first.token);
      const late = await one.store.commit(proposal({ remove: ['a'] }), first);
      expect(late).toEqual({ kind: 'fenced' });
      await commit(other, proposal({ remove: ['a'] }), second);
      await eventually(() => ids(one).length === 0);
      expect(one.told).toHaveLength(2);
    });

    it('takes facts from everybody, whoever leads', async () => {
      const [one, other] = [await follower(), await follower()];
      await engine.elect();
      await commit(one, registering('a'));
      await commit(other, registering('b'));
      await eventually(() => ids(one).length === 2 && ids(other).length === 2);
    });

    it('refuses a change of an earlier leader also where it would conflict', async () => {
      const [one, other] = [await follower(), await follower()];
      const fence = await engine.elect();
      const { revision } = await commit(one, registering('a'));
      await other.store.reach(revision);
      const decided = touching(one, 'a');
      await commit(other, touching(other, 'a'));
      await eventually(() => one.told.length === 2);
      await engine.elect();
      expect((await one.store.commit(decided, fence)).kind).toBe('fenced');
    });
  });
}
