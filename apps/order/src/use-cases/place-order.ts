import { fingerprint, type Added } from '@rollcall/resource-kit';
import type { Order, OrderLine } from '../domain/order';
import { priceOrder, type OrderPrice } from '../domain/price-order';
import type { OrderRepository } from '../ports/order-repository';
import type { ProductCatalogue } from '../ports/product-catalogue';
import { lookUpLines } from './look-up-lines';

export interface PlaceOrderContext {
  readonly orders: Pick<OrderRepository, 'add' | 'findRepeat'>;
  readonly catalogue: ProductCatalogue;
  /** Wall clock, epoch milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** What became of an order. Nothing is stored, and no key used up, unless it says `added`. */
export type PlacedOrder =
  | Added<Order>
  | { readonly outcome: 'unknown-products'; readonly productIds: readonly string[] }
  | { readonly outcome: 'catalogue-unavailable'; readonly cause: unknown }
  | { readonly outcome: 'not-priced'; readonly reason: Exclude<OrderPrice, { kind: 'priced' }> };

/**
 * Places an order at the prices of this moment; under a key once. A repeat is answered before any price is asked
 * for, so that it gets the same order when prices have changed or the product service is away.
 */
export async function placeOrder(
  { orders, catalogue, now, newId }: PlaceOrderContext,
  lines: readonly OrderLine[],
  idempotencyKey?: string,
): Promise<PlacedOrder> {
  const request =
    idempotencyKey === undefined ? undefined : { key: idempotencyKey, fingerprint: fingerprint(lines) };
  const repeat = request && (await orders.findRepeat(request, now()));
  if (repeat !== undefined) return repeat;

  const found = await lookUpLines(catalogue, lines);
  if (found.kind === 'unavailable') return { outcome: 'catalogue-unavailable', cause: found.cause };
  if (found.kind === 'unknown') return { outcome: 'unknown-products', productIds: found.productIds };

  const price = priceOrder(found.items);
  if (price.kind !== 'priced') return { outcome: 'not-priced', reason: price };

  const { currency, totalCents, items } = price;
  const order: Order = { id: newId(), status: 'placed', currency, totalCents, items, createdAt: now() };
  return orders.add(order, request);
}
