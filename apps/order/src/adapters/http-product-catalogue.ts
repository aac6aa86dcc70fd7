import { isAxiosError, type AxiosInstance, type AxiosResponse } from 'axios';
import Joi from 'joi';
import type { CatalogueProduct, ProductCatalogue, ProductLookup } from '../ports/product-catalogue';

/** The part of product's answer that an order needs; product may add to it. */
interface ProductAnswer {
  readonly id: string;
  readonly name: string;
  readonly price_cents: number;
  readonly currency: string;
}

const answerSchema = Joi.object<ProductAnswer>({
  id: Joi.string().required(),
  // An order copies it, and PostgreSQL cannot store NUL.
  name: Joi.string()
    .pattern(/^[^\0]*$/)
    .required(),
  price_cents: Joi.number().strict().integer().min(0).max(Number.MAX_SAFE_INTEGER).required(),
  currency: Joi.string()
    .pattern(/^[A-Z]{3}$/)
    .required(),
})
  .unknown()
  .required();

/** The products of the product service, over a client that finds it by name. */
export function createHttpProductCatalogue(client: Pick<AxiosInstance, 'get'>): ProductCatalogue {
  return {
    async find(productId) {
      try {
        const response = await client.get<unknown>(`/products/${encodeURIComponent(productId)}`, {
          validateStatus: (status) => status === 200 || status === 404,
        });
        return lookupOf(response, productId);
      } catch (error) {
        if (isAxiosError(error)) return { kind: 'unavailable', cause: error };
        throw error;
      }
    },
  };
}

function lookupOf({ status, data }: AxiosResponse<unknown>, productId: string): ProductLookup {
  if (status === 404)
    // A 404 of somebody who is not product, or an older one, must not be taken for a word on the product.
    return isProductNotFound(data)
      ? { kind: 'unknown' }
      : { kind: 'unavailable', cause: new Error('a 404 that does not come from the products') };
  const answer = answerSchema.validate(data);
  if (answer.error !== undefined) return { kind: 'unavailable', cause: answer.error };
  if (answer.value.id !== productId)
    return { kind: 'unavailable', cause: new Error(`asked for ${productId}, answered ${answer.value.id}`) };
  return { kind: 'found', product: toProduct(answer.value) };
}

function isProductNotFound(data: unknown): boolean {
  return data !== null && typeof data === 'object' && 'code' in data && data.code === 'PRODUCT_NOT_FOUND';
}

function toProduct({ id, name, price_cents, currency }: ProductAnswer): CatalogueProduct {
  return { id, name, priceCents: price_cents, currency };
}
