import type { OrderLine } from '../domain/order';
import type { PricedItem } from '../domain/price-order';
import type { ProductCatalogue } from '../ports/product-catalogue';

export type FoundLines =
  | { readonly kind: 'found'; readonly items: readonly PricedItem[] }
  | { readonly kind: 'unknown'; readonly productIds: readonly string[] }
  | { readonly kind: 'unavailable'; readonly cause: unknown };

/**
 * Asks for all products at once. One that nobody can say anything about outweighs one that does not exist: asked
 * again, the caller then learns of every unknown one together.
 */
export async function lookUpLines(
  catalogue: ProductCatalogue,
  lines: readonly OrderLine[],
): Promise<FoundLines> {
  const lookups = await Promise.all(
    lines.map(async (line) => ({ line, result: await catalogue.find(line.productId) })),
  );
  const items: PricedItem[] = [];
  const productIds: string[] = [];
  for (const { line, result } of lookups) {
    if (result.kind === 'unavailable') return result;
    if (result.kind === 'unknown') productIds.push(line.productId);
    else {
      const { name, priceCents, currency } = result.product;
      items.push({ ...line, name, unitPriceCents: priceCents, currency });
    }
  }
  return productIds.length > 0 ? { kind: 'unknown', productIds } : { kind: 'found', items };
}
