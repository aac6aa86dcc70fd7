import type { CommittedChange, ProposedChange, ProposedRecord } from '../src/catalog/changes/change';
import type { CatalogStore } from '../src/ports/catalog-store';
import { sampleRegistration } from './samples/sample-registration';

const record = (instanceId: string, epoch: number | 'begins' = 'begins'): ProposedRecord => ({
  instanceId,
  registration: sampleRegistration({ url: `http://${instanceId}` }),
  standing: { condition: { status: 'up' } },
  registeredAt: 1_700_000_000_000,
  epoch,
});

const proposal = (parts: Partial<ProposedChange>): ProposedChange => ({
  serviceName: 'product',
  at: 1_700_000_000_000,
  put: [],
  remove: [],
  notes: [],
  ...parts,
});

/** What the registry relies on in every store. */
export function describeCatalogStore(name: string, create: () => CatalogStore): void {
  describe(`${name}, as a catalog store`, () => {
    async function followed(): Promise<{ store: CatalogStore; told: CommittedChange[]; revision: number }> {
      const store = create();
      const { revision } = await store.open();
      const told: CommittedChange[] = [];
      store.follow((change) => told.push(change));
      return { store, told, revision };
    }

    async function commit(store: CatalogStore, change: ProposedChange): Promise<CommittedChange> {
      const result = await store.commit(change);
      if (result.kind !== 'committed') throw new Error('conflict');
      return result.change;
    }

    it('opens a catalog with an identity', async () => {
      const stored = await create().open();
      expect(stored.catalogId).toMatch(/^[0-9a-f-]{36}$/);
      expect(stored.revision).toBeGreaterThanOrEqual(0);
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

    it('closes as often as it is asked to', async () => {
      const { store } = await followed();
      await store.close();
      await store.close();
    });
  });
}
