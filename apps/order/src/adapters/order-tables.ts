import type { OrderStatus } from '../domain/order';

/** The tables as they are after the last migration. */
export interface OrderTables {
  readonly orders: OrderRow;
  readonly order_items: OrderItemRow;
}

export interface OrderRow {
  readonly id: string;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly total_cents: number;
  /** Epoch milliseconds. */
  readonly created_at: number;
}

export interface OrderItemRow {
  readonly order_id: string;
  /** From 0, in the order in which they were asked for. */
  readonly position: number;
  readonly product_id: string;
  readonly name: string;
  readonly quantity: number;
  readonly unit_price_cents: number;
}
