import { collectionContract } from '@rollcall/resource-kit/testing';
import type { Order } from '../src/domain/order';
import type { OrderRepository } from '../src/ports/order-repository';

const cup = { productId: 'cup', name: 'Tasse "Weimar" ☕', quantity: 2, unitPriceCents: 890 };
const kettle = { productId: 'a-kettle', name: "It's a kettle", quantity: 1, unitPriceCents: 4990 };

const order = (position: { id: string; createdAt: number }): Order => ({
  ...position,
  status: 'placed',
  currency: 'EUR',
  totalCents: Number.MAX_SAFE_INTEGER,
  items: [cup, kettle],
});

/** What every repository of orders does. `open` answers with an empty one. */
export function orderRepositoryContract(open: () => Promise<OrderRepository>): void {
  test.each(collectionContract(order))('$name', async ({ check }) => check(await open()));

  it('keeps each order its own items, in the order in which they were asked for', async () => {
    const orders = await open();
    const first = { ...order({ id: 'first', createdAt: 2 }), items: [kettle, cup] };
    const second = { ...order({ id: 'second', createdAt: 1 }), items: [cup] };
    await orders.add(first);
    await orders.add(second);

    expect((await orders.list({ limit: 10 })).items).toEqual([first, second]);
    expect(await orders.find('second')).toEqual(second);
  });
}
