import { AWAY, idempotencyHeaders, listOperation } from '@rollcall/resource-kit';
import {
  describeApi,
  describeOperation,
  jsonAnswer,
  objectSchema,
  schemaRef,
  packageVersion,
  type OpenApiDocument,
} from '@rollcall/service-kit';
import Joi from 'joi';
import { productBodySchema } from './product-body';
import type { ProductView } from './product-view';

const product = objectSchema<ProductView>({
  id: { type: 'string', format: 'uuid' },
  name: { type: 'string', minLength: 1, maxLength: 200 },
  description: { type: 'string', maxLength: 2000 },
  price_cents: { type: 'integer', minimum: 0, description: 'In the smallest unit of the currency' },
  currency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO 4217' },
  created_at: { type: 'string', format: 'date-time', description: 'RFC 3339, UTC' },
});

/** What product answers at `/openapi.json`. */
export const productApi = (): OpenApiDocument =>
  describeApi({
    title: 'Rollcall product',
    version: packageVersion(__dirname),
    description: 'Products for sale. A product never changes, and none is ever removed.',
    paths: {
      '/products': {
        get: listOperation('List products', schemaRef('Product')),
        post: describeOperation({
          summary: 'Add a product',
          headers: idempotencyHeaders,
          body: productBodySchema,
          responses: {
            201: jsonAnswer('Added, or added before under the same key', schemaRef('Product'), {
              Location: { description: 'Its path', schema: { type: 'string' } },
            }),
            422: '`IDEMPOTENCY_KEY_REUSED`: the key was used for another product',
            503: AWAY,
          },
        }),
      },
      '/products/{id}': {
        get: describeOperation({
          summary: 'Get a product',
          path: Joi.object({ id: Joi.string() }),
          responses: {
            200: jsonAnswer('The product', schemaRef('Product')),
            404: '`PRODUCT_NOT_FOUND`',
            503: AWAY,
          },
        }),
      },
    },
    schemas: { Product: product },
  });
