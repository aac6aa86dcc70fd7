/** What somebody says about a new product. */
export interface ProductDraft {
  readonly name: string;
  readonly description: string;
  /** Price of one, in the smallest unit of its currency; a safe integer, never negative. */
  readonly priceCents: number;
  /** ISO 4217 code, e.g. `EUR`. */
  readonly currency: string;
}

/** A product for sale. Products never change, which is why an order may copy what it needs of one. */
export interface Product extends ProductDraft {
  /** UUID. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}
