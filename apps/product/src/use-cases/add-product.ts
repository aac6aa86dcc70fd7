import { fingerprint, type Added } from '@rollcall/resource-kit';
import type { Product, ProductDraft } from '../domain/product';
import type { ProductRepository } from '../ports/product-repository';

export interface AddProductContext {
  readonly products: Pick<ProductRepository, 'add'>;
  /** Wall clock, epoch milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** Adds a product; under a key once, however often it is asked for. */
export function addProduct(
  { products, now, newId }: AddProductContext,
  draft: ProductDraft,
  idempotencyKey?: string,
): Promise<Added<Product>> {
  const product = { ...draft, id: newId(), createdAt: now() };
  return idempotencyKey === undefined
    ? products.add(product)
    : products.add(product, { key: idempotencyKey, fingerprint: fingerprint(draft) });
}
