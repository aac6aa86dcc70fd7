import { createMemoryCollection } from '@rollcall/resource-kit/testing';
import type { Order, OrderLine } from '../domain/order';
import type { ProductCatalogue, ProductLookup } from '../ports/product-catalogue';
import { placeOrder } from './place-order';

const euro = (id: string, priceCents: number): ProductLookup => ({
  kind: 'found',
  product: { id, name: `the ${id}`, priceCents, currency: 'EUR' },
});

/** A shop whose products may change, and which may close. */
function openShop() {
  const products = new Map<string, ProductLookup>([
    ['cup', euro('cup', 890)],
    ['kettle', euro('kettle', 4990)],
    [
      'dollar cup',
      { kind: 'found', product: { id: 'dollar cup', name: 'c', priceCents: 1, currency: 'USD' } },
    ],
    ['yacht', euro('yacht', Number.MAX_SAFE_INTEGER)],
    ['closed', { kind: 'unavailable', cause: new Error('nobody there') }],
  ]);
  const orders = createMemoryCollection<Order>();
  const catalogue: ProductCatalogue = {
    find: (id) => Promise.resolve(products.get(id) ?? { kind: 'unknown' }),
  };
  let ids = 0;
  const context = { orders, catalogue, now: () => 1_700_000_000_000, newId: () => `order-${++ids}` };
  return {
    products,
    place: (lines: readonly OrderLine[], key?: string) => placeOrder(context, lines, key),
    stored: async () => (await orders.list({ limit: 100 })).items,
  };
}

const line = (productId: string, quantity = 1): OrderLine => ({ productId, quantity });

describe('placing an order', () => {
  it('stores it at the prices of this moment', async () => {
    const shop = openShop();

    const placed = await shop.place([line('kettle'), line('cup', 2)]);

    const order: Order = {
      id: 'order-1',
      status: 'placed',
      currency: 'EUR',
      totalCents: 6770,
      items: [
        { productId: 'kettle', quantity: 1, name: 'the kettle', unitPriceCents: 4990 },
        { productId: 'cup', quantity: 2, name: 'the cup', unitPriceCents: 890 },
      ],
      createdAt: 1_700_000_000_000,
    };
    expect(placed).toEqual({ outcome: 'added', item: order });
    expect(await shop.stored()).toEqual([order]);
  });

  test.each([
    [
      'products that do not exist',
      ['cup', 'ghost', 'spirit'],
      { outcome: 'unknown-products', productIds: ['ghost', 'spirit'] },
    ],
    ['a product that nobody can tell about', ['ghost', 'closed'], { outcome: 'catalogue-unavailable' }],
    [
      'two currencies',
      ['cup', 'dollar cup'],
      { outcome: 'not-priced', reason: { kind: 'mixed-currencies' } },
    ],
    [
      'more money than a number keeps',
      ['yacht', 'cup'],
      { outcome: 'not-priced', reason: { kind: 'too-large' } },
    ],
  ])('stores nothing for %s', async (_what, ids, outcome) => {
    const shop = openShop();

    expect(
      await shop.place(
        ids.map((id) => line(id)),
        'key',
      ),
    ).toMatchObject(outcome);

    expect(await shop.stored()).toEqual([]);
  });

  it('answers a repeat with the same order, whatever has become of the product', async () => {
    const shop = openShop();
    const first = await shop.place([line('cup')], 'key');

    shop.products.set('cup', euro('cup', 990));
    const dearer = await shop.place([line('cup')], 'key');
    shop.products.set('cup', { kind: 'unavailable', cause: new Error('nobody there') });
    const away = await shop.place([line('cup')], 'key');

    expect(dearer).toEqual({ ...first, outcome: 'repeated' });
    expect(away).toEqual(dearer);
    expect(await shop.stored()).toHaveLength(1);
  });

  it('refuses a key that was used for another order', async () => {
    const shop = openShop();
    await shop.place([line('cup')], 'key');

    expect(await shop.place([line('cup', 2)], 'key')).toEqual({ outcome: 'key-reused' });
    expect(await shop.stored()).toHaveLength(1);
  });

  it('does not use up the key of an order that failed', async () => {
    const shop = openShop();
    shop.products.delete('cup');
    await shop.place([line('cup')], 'key');
    shop.products.set('cup', euro('cup', 890));

    expect(await shop.place([line('cup')], 'key')).toMatchObject({ outcome: 'added' });
  });

  it('places one order for duplicates that arrive together', async () => {
    const shop = openShop();

    const placed = await Promise.all(Array.from({ length: 10 }, () => shop.place([line('cup')], 'key')));

    const [order] = await shop.stored();
    expect(await shop.stored()).toHaveLength(1);
    for (const each of placed) expect(each).toMatchObject({ item: order });
  });
});
