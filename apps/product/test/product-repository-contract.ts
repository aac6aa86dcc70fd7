import { collectionContract } from '@rollcall/resource-kit/testing';
import type { Product } from '../src/domain/product';
import { sampleProducts } from '../src/domain/sample-products';
import type { ProductRepository } from '../src/ports/product-repository';

const product = (position: { id: string; createdAt: number }): Product => ({
  ...position,
  name: 'Tasse "Weimar" – 茶碗 ☕',
  description: "It's 60 ml; drop table products",
  priceCents: Number.MAX_SAFE_INTEGER,
  currency: 'EUR',
});

/** What every repository of products does. `open` answers with an empty one. */
export function productRepositoryContract(open: () => Promise<ProductRepository>): void {
  test.each(collectionContract(product))('$name', async ({ check }) => check(await open()));

  it('adds the missing ones only, and leaves the others as they are', async () => {
    const products = await open();
    const [first, ...rest] = sampleProducts;
    if (first === undefined) throw new Error('there are no sample products');
    const own = { ...first, name: 'Renamed' };
    await products.add(own);

    await products.addMissing(sampleProducts);
    await products.addMissing(sampleProducts);

    expect((await products.list({ limit: 100 })).items).toEqual([...rest.reverse(), own]);
  });

  it('adds nothing when nothing is missing', async () => {
    const products = await open();

    await products.addMissing([]);

    expect((await products.list({ limit: 1 })).items).toEqual([]);
  });
}
