/** What an order needs to know of a product. */
export interface CatalogueProduct {
  readonly id: string;
  readonly name: string;
  readonly priceCents: number;
  readonly currency: string;
}

export type ProductLookup =
  | { readonly kind: 'found'; readonly product: CatalogueProduct }
  | { readonly kind: 'unknown' }
  /** Nobody can say just now; asking again later may help. */
  | { readonly kind: 'unavailable'; readonly cause: unknown };

/**
 * The products there are. Asked once for each line of an order, in any number at the same time. Never rejects for
 * a product service that is away or answers nonsense: that is `unavailable`.
 */
export interface ProductCatalogue {
  find(productId: string): Promise<ProductLookup>;
}
