import { expectAnswer, json } from './expect-answer';

/** A product that every product service has from its start. */
export const espressoCup = {
  id: '00000000-0000-4000-8000-000000000001',
  name: 'Espresso cup',
  price_cents: 890,
};
export const coffeeGrinder = {
  id: '00000000-0000-4000-8000-000000000002',
  name: 'Coffee grinder',
  price_cents: 7450,
};

interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

/** Everything in a collection, page by page. */
export async function listAll<T>(collectionUrl: string): Promise<readonly T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = cursor === '' ? 'limit=100' : `limit=100&cursor=${encodeURIComponent(cursor)}`;
    const page = (await expectAnswer(`${collectionUrl}?${query}`, 200)) as Page<T>;
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return items;
}

/** The body of a product that is not among the samples. */
export function newProduct(name: string) {
  return { name, description: 'made by a spec', price_cents: 100, currency: 'EUR' };
}

export function postProduct(gatewayUrl: string, name: string): Promise<unknown> {
  return expectAnswer(`${gatewayUrl}/products`, 201, json('POST', newProduct(name)));
}

/** An order of two of each product. */
export function orderOf(...productIds: readonly string[]) {
  return { items: productIds.map((product_id) => ({ product_id, quantity: 2 })) };
}
