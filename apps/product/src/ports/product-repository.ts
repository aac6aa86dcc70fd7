import type { Collection } from '@rollcall/resource-kit';
import type { Product } from '../domain/product';

/** Where products are kept. */
export interface ProductRepository extends Collection<Product> {
  /** Adds those whose id is not there yet, and leaves the others as they are; several processes may at once. */
  addMissing(products: readonly Product[]): Promise<void>;
}
