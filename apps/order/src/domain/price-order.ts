import type { Order, OrderItem } from './order';

/** An item and the currency that its price is in. */
export interface PricedItem extends OrderItem {
  readonly currency: string;
}

/** What an order costs, or why that cannot be said. */
export type OrderPrice =
  | ({ readonly kind: 'priced' } & Pick<Order, 'currency' | 'totalCents' | 'items'>)
  /** The items' prices are in these, in the order of their first appearance. */
  | { readonly kind: 'mixed-currencies'; readonly currencies: readonly string[] }
  /** The sum is beyond what a number keeps exactly. */
  | { readonly kind: 'too-large' };

/** Adds up. At least one item. */
export function priceOrder(priced: readonly PricedItem[]): OrderPrice {
  const currencies = [...new Set(priced.map((item) => item.currency))];
  const [currency] = currencies;
  if (currency === undefined || currencies.length > 1) return { kind: 'mixed-currencies', currencies };

  // Each product and each partial sum is checked by its exact value: a rounded one may look safe again.
  const total = priced.reduce((sum, item) => sum + BigInt(item.unitPriceCents) * BigInt(item.quantity), 0n);
  if (total > BigInt(Number.MAX_SAFE_INTEGER)) return { kind: 'too-large' };

  const items = priced.map(({ currency: _shared, ...item }) => item);
  return { kind: 'priced', currency, totalCents: Number(total), items };
}
