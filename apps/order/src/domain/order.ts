/** What is wanted: a product and how many of it. An order names each product once. */
export interface OrderLine {
  /** UUID, lower case. */
  readonly productId: string;
  /** At least 1. */
  readonly quantity: number;
}

/** A line with what the product was called and cost when it was ordered; later changes do not touch it. */
export interface OrderItem extends OrderLine {
  readonly name: string;
  readonly unitPriceCents: number;
}

/** Orders never change yet: to be placed is all that happens to them here. */
export type OrderStatus = 'placed';

export interface Order {
  /** UUID. */
  readonly id: string;
  readonly status: OrderStatus;
  /** ISO 4217 code, the same for every item. */
  readonly currency: string;
  /** Sum over the items, in the smallest unit of the currency; a safe integer. */
  readonly totalCents: number;
  /** In the order in which they were asked for. */
  readonly items: readonly OrderItem[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
}
