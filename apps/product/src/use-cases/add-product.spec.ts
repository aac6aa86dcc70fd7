import { createMemoryCollection } from '@rollcall/resource-kit/testing';
import type { Product } from '../domain/product';
import { addProduct } from './add-product';

const draft = { name: 'Cup', description: '', priceCents: 890, currency: 'EUR' };

function context() {
  let ids = 0;
  return {
    products: createMemoryCollection<Product>(),
    now: () => 1_700_000_000_000,
    newId: () => `id-${++ids}`,
  };
}

describe('adding a product', () => {
  it('gives it an id and the time', async () => {
    expect(await addProduct(context(), draft)).toEqual({
      outcome: 'added',
      item: { ...draft, id: 'id-1', createdAt: 1_700_000_000_000 },
    });
  });

  it('without a key, adds another one each time', async () => {
    const shop = context();

    await addProduct(shop, draft);
    await addProduct(shop, draft);

    expect((await shop.products.list({ limit: 10 })).items).toHaveLength(2);
  });

  it('with a key, adds one, whatever the order in which its parts are told', async () => {
    const shop = context();
    const { name, ...rest } = draft;

    await addProduct(shop, draft, 'key');

    expect(await addProduct(shop, { ...rest, name }, 'key')).toMatchObject({
      outcome: 'repeated',
      item: { id: 'id-1' },
    });
  });

  it('refuses a key that was used for another product', async () => {
    const shop = context();
    await addProduct(shop, draft, 'key');

    expect(await addProduct(shop, { ...draft, priceCents: 891 }, 'key')).toEqual({ outcome: 'key-reused' });
  });
});
