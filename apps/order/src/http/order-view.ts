import type { Order, OrderStatus } from '../domain/order';

/** One line of an order as callers see it. */
export interface OrderItemView {
  readonly product_id: string;
  readonly name: string;
  readonly quantity: number;
  readonly unit_price_cents: number;
}

/** An order as callers see it. */
export interface OrderView {
  readonly id: string;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly total_cents: number;
  readonly items: readonly OrderItemView[];
  /** RFC 3339, UTC. */
  readonly created_at: string;
}

export function orderView(order: Order): OrderView {
  return {
    id: order.id,
    status: order.status,
    currency: order.currency,
    total_cents: order.totalCents,
    items: order.items.map((item) => ({
      product_id: item.productId,
      name: item.name,
      quantity: item.quantity,
      unit_price_cents: item.unitPriceCents,
    })),
    created_at: new Date(order.createdAt).toISOString(),
  };
}
