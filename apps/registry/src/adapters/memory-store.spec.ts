import { followerOf } from '../../test/doubles/store-follower';
import { describeCatalogStore } from '../../test/catalog-store-contract';
import { createMemoryStore } from './memory-store';

describeCatalogStore('a memory store', createMemoryStore);

describe('a memory store', () => {
  it('remembers nothing of an earlier life and says so', async () => {
    const first = await createMemoryStore().open();
    const second = await createMemoryStore().open();
    expect(first).toMatchObject({ revision: 0, services: [], recent: [] });
    expect(second.catalogId).not.toBe(first.catalogId);
  });

  it('makes a change final in the turn in which it is proposed', async () => {
    const store = createMemoryStore();
    await store.open();
    let told = 0;
    store.follow(followerOf(() => (told += 1)));
    const answer = store.commit({ serviceName: 'product', at: 0, put: [], remove: [], notes: [] });
    expect(told).toBe(1);
    await answer;
  });
});
