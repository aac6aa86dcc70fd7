import { idempotencyKeyReused } from '@rollcall/resource-kit';
import type { AppError } from '@rollcall/service-kit';
import type { Order, OrderLine } from '../domain/order';
import { mixedCurrencies, orderTooLarge, productsUnavailable, unknownProducts } from '../errors';
import type { PlacedOrder } from '../use-cases/place-order';

/**
 * The order that there is now.
 *
 * @throws AppError that says why there is none
 */
export function placedOrder(placed: PlacedOrder, lines: readonly OrderLine[]): Order {
  switch (placed.outcome) {
    case 'added':
    case 'repeated':
      return placed.item;
    case 'key-reused':
      throw idempotencyKeyReused();
    case 'catalogue-unavailable':
      throw productsUnavailable(placed.cause);
    case 'unknown-products':
      throw unknownLines(placed.productIds, lines);
    case 'not-priced':
      throw placed.reason.kind === 'too-large' ? orderTooLarge() : mixedCurrencies(placed.reason.currencies);
  }
}

function unknownLines(productIds: readonly string[], lines: readonly OrderLine[]): AppError {
  return unknownProducts(
    productIds.map((id) => ({
      path: `items.${lines.findIndex(({ productId }) => productId === id)}.product_id`,
      message: `there is no product ${id}`,
    })),
  );
}
