import type { Order } from '../domain/order';
import type { OrderItemRow, OrderRow } from './order-tables';

/** An order as rows. */
export function toRows(order: Order): { order: OrderRow; items: OrderItemRow[] } {
  const { id, status, currency } = order;
  return {
    order: { id, status, currency, total_cents: order.totalCents, created_at: order.createdAt },
    items: order.items.map((item, position) => ({
      order_id: id,
      position,
      product_id: item.productId,
      name: item.name,
      quantity: item.quantity,
      unit_price_cents: item.unitPriceCents,
    })),
  };
}

/** @param items of these orders, in their positions' order within each */
export function fromRows(orders: readonly OrderRow[], items: readonly OrderItemRow[]): Order[] {
  const itemsOf = new Map<string, OrderItemRow[]>(orders.map(({ id }) => [id, []]));
  for (const item of items) itemsOf.get(item.order_id)?.push(item);
  return orders.map(({ id, status, currency, total_cents, created_at }) => ({
    id,
    status,
    currency,
    totalCents: total_cents,
    items: (itemsOf.get(id) ?? []).map((item) => ({
      productId: item.product_id,
      quantity: item.quantity,
      name: item.name,
      unitPriceCents: item.unit_price_cents,
    })),
    createdAt: created_at,
  }));
}
