import type { CommittedChange, ProposedChange, ProposedRecord } from '../src/catalog/changes/change';
import type { StoredCatalog } from '../src/catalog/stored-catalog';
import type { CatalogStore } from '../src/ports/catalog-store';
import { followerOf } from './doubles/store-follower';
import { sampleChange as proposal, sampleRecord } from './samples/sample-change';
import { sampleRegistration } from './samples/sample-registration';

const record = (instanceId: string, epoch: number | 'begins' = 'begins'): ProposedRecord =>
  sampleRecord(instanceId, { epoch });

/** What the registry relies on in every store. */
export function describeCatalogStore(name: string, create: () => CatalogStore | Promise<CatalogStore>): void {
  describe(`${name}, as a catalog store`, () => {
    const opened: CatalogStore[] = [];
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });

    async function open(): Promise<{ store: CatalogStore; stored: StoredCatalog }> {
      const store = await create();
      opened.push(store);
      return { store, stored: await store.open() };
    }

    async function followed(): Promise<{ store: CatalogStore; told: CommittedChange[]; revision: number }> {
      const { store, stored } = await open();
      const { revision } = stored;
      const told: CommittedChange[] = [];
      store.follow(followerOf((change) => told.push(change)));
      return { store, told, revision };
    }

    async function commit(store: CatalogStore, change: ProposedChange): Promise<CommittedChange> {
      const result = await store.commit(change);
      if (result.kind !== 'committed') throw new Error('conflict');
      return result.change;
    }

    it('opens a catalog with an identity', async () => {
      const { stored } = await open();
      expect(stored.catalogId).toMatch(/^[0-9a-f-]{36}$/);
      expect(stored.revision).toBeGreaterThanOrEqual(0);
      expect(stored.begunAt).toBeGreaterThan(0);
    });

    it('gives each change a higher revision than all before it', async () => {
      const { store, revision } = await followed();
      const first = await commit(store, proposal({ put: [record('a')] }));
      const second = await commit(store, proposal({ remove: ['a'] }));
      expect(first.revision).toBeGreaterThan(revision);
      expect(second.revision).toBeGreaterThan(first.revision);
    });

    it('begins an epoch at the revision of the commit, and keeps one that stands', async () => {
      const { store } = await followed();
      const first = await commit(store, proposal({ put: [record('a'), record('b')] }));
      expect(first.put).toMatchObject([
        { instanceId: 'a', epoch: first.revision, revision: first.revision },
        { instanceId: 'b', epoch: first.revision, revision: first.revision },
      ]);
      const second = await commit(store, proposal({ put: [record('a', first.revision)] }));
      expect(second.put).toMatchObject([{ epoch: first.revision, revision: second.revision }]);
    });

    it('says how much it keeps on this host: more with each change, or nothing', async () => {
      const { store } = await followed();
      const before = store.describe();
      await commit(store, proposal({ put: [record('a')] }));
      const after = store.describe();
      const grown = after.journalBytes - before.journalBytes;
      if (after.kind === 'journal') expect(grown).toBeGreaterThan(0);
      else expect(grown).toBe(0);
      expect(after.kind).toBe(before.kind);
    });

    it('keeps the end of an override, and overrides without one', async () => {
      const { store, told } = await followed();
      const override = { status: 'out_of_service', reason: 'new disk' } as const;
      const kept = { override, instanceIds: ['a'], urls: ['http://a'], by: 'ana', at: 1 };
      const overrides = [{ ...kept, until: 2_000_000_000_000 }, kept];
      await commit(store, proposal({ put: [record('a')], overrides }));
      expect(told.at(-1)?.overrides).toEqual(overrides);
    });

    it('has told the follower by the time the commit is answered, once and in order', async () => {
      const { store, told } = await followed();
      for (const id of ['a', 'b', 'c']) {
        const change = await commit(store, proposal({ put: [record(id)] }));
        expect(told.at(-1)).toEqual(change);
      }
      await Promise.all(['d', 'e', 'f'].map((id) => commit(store, proposal({ put: [record(id)] }))));
      const revisions = told.map(({ revision }) => revision);
      expect(revisions).toHaveLength(6);
      expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
    });

    it('lets nobody change an instance who has not been told of the change before', async () => {
      const { store, told } = await followed();
      const first = store.commit(proposal({ put: [record('a')] }));
      const knew = told.length === 1;
      let knewOfIt: number | undefined;
      const second = await store.commit(proposal({ remove: ['a'] })).then((result) => {
        knewOfIt = told.length;
        return result;
      });
      // Either it was decided on what had been told, or it has to be decided again, on what has been told by now.
      expect(second.kind).toBe(knew ? 'committed' : 'conflict');
      expect(knewOfIt).toBe(knew ? 2 : 1);
      expect((await first).kind).toBe('committed');
      const third = await store.commit(proposal({ remove: ['a'] }));
      expect(third.kind).toBe('committed');
    });

    it('takes an address for one instance at a time', async () => {
      const { store, told } = await followed();
      const at = (instanceId: string): ProposedRecord => ({
        ...record(instanceId),
        registration: sampleRegistration({ url: 'http://same' }),
      });
      const first = store.commit(proposal({ put: [at('a')] }));
      const knew = told.length === 1;
      const second = await store.commit(proposal({ put: [at('b')], remove: knew ? ['a'] : [] }));
      expect(second.kind).toBe(knew ? 'committed' : 'conflict');
      expect((await first).kind).toBe('committed');
    });

    it('keeps nobody waiting who changes something else', async () => {
      const { store, told } = await followed();
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, index) => store.commit(proposal({ put: [record(`i-${index}`)] }))),
      );
      expect(results.every(({ kind }) => kind === 'committed')).toBe(true);
      expect(told).toHaveLength(50);
    });

    it('takes as many instances in one change as it says', async () => {
      const { store, told } = await followed();
      const most = Math.min(store.maxRecordsPerChange, 2000);
      expect(most).toBeGreaterThan(0);
      const ids = Array.from({ length: most }, (_, index) => `i-${index}`);
      await commit(store, proposal({ put: ids.map((id) => record(id)) }));
      await commit(store, proposal({ remove: ids }));
      expect(told.map(({ put, remove }) => put.length + remove.length)).toEqual([most, most]);
    });

    it('has reached a revision that it has told of, and any that there is not', async () => {
      const { store, told } = await followed();
      const { revision } = await commit(store, proposal({ put: [record('a')] }));
      await store.reach(revision);
      await store.reach(revision + 1_000_000);
      expect(told).toHaveLength(1);
    });

    it('confirms that an instance is unknown', async () => {
      const { store, told } = await followed();
      await store.confirmUnknown({ instanceId: 'nobody' });
      await store.confirmUnknown({ serviceName: 'product', url: 'http://nobody' });
      expect(told).toHaveLength(0);
    });

    it('is writable', async () => {
      const { store } = await followed();
      await commit(store, proposal({ put: [record('a')] }));
      expect(store.status).toBe('writable');
    });

    it('leaves a proposal as it was', async () => {
      const { store } = await followed();
      const change = proposal({ put: [record('a')] });
      const before = structuredClone(change);
      await commit(store, change);
      expect(change).toEqual(before);
    });

    it('closes as often as it is asked to', async () => {
      const { store } = await followed();
      await store.close();
      await store.close();
    });
  });
}
