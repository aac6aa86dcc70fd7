import { startLoad, type Load } from './load';
import { listAll, postProduct } from './shop';

/** A load of POSTs, each of a product with a name of its own. */
export interface ProductWrites extends Load {
  /** The names that were asked for. */
  readonly posted: readonly string[];
}

export function startProductWrites(gatewayUrl: string, options: { perSecond: number }): ProductWrites {
  const posted: string[] = [];
  const load = startLoad(() => {
    const name = `product ${posted.length}`;
    posted.push(name);
    return postProduct(gatewayUrl, name);
  }, options);
  return { ...load, posted };
}

/** The names under which products of such a load are stored; one that was applied twice is there twice. */
export async function writtenProducts(gatewayUrl: string): Promise<readonly string[]> {
  const stored = await listAll<{ name: string }>(`${gatewayUrl}/products`);
  return stored.map(({ name }) => name).filter((name) => name.startsWith('product '));
}
