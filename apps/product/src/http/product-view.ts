import type { Product } from '../domain/product';
import type { ProductBody } from './product-body';

/** A product as callers see it. */
export interface ProductView extends ProductBody {
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly created_at: string;
}

export function productView(product: Product): ProductView {
  return {
    id: product.id,
    name: product.name,
    description: product.description,
    price_cents: product.priceCents,
    currency: product.currency,
    created_at: new Date(product.createdAt).toISOString(),
  };
}
