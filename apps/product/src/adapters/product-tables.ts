/** The tables as they are after the last migration. */
export interface ProductTables {
  readonly products: ProductRow;
}

export interface ProductRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly price_cents: number;
  readonly currency: string;
  /** Epoch milliseconds. */
  readonly created_at: number;
}
