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
import { orderBodySchema } from './order-body';
import type { OrderItemView, OrderView } from './order-view';

const item = objectSchema<OrderItemView>({
  product_id: { type: 'string', format: 'uuid' },
  name: { type: 'string', description: 'What the product was called when it was ordered' },
  quantity: { type: 'integer', minimum: 1 },
  unit_price_cents: { type: 'integer', minimum: 0, description: 'What one cost when it was ordered' },
});

const order = objectSchema<OrderView>({
  id: { type: 'string', format: 'uuid' },
  status: { const: 'placed' },
  currency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO 4217, the same for every item' },
  total_cents: { type: 'integer', minimum: 0, description: 'In the smallest unit of the currency' },
  items: { type: 'array', minItems: 1, items: item },
  created_at: { type: 'string', format: 'date-time', description: 'RFC 3339, UTC' },
});

/** What order answers at `/openapi.json`. */
export const orderApi = (): OpenApiDocument =>
  describeApi({
    title: 'Rollcall order',
    version: packageVersion(__dirname),
    description:
      'Orders, priced through the product service at the moment of ordering. An order never changes.',
    paths: {
      '/orders': {
        get: listOperation('List orders', schemaRef('Order')),
        post: describeOperation({
          summary: 'Place an order',
          headers: idempotencyHeaders,
          body: orderBodySchema,
          responses: {
            201: jsonAnswer('Placed, or placed before under the same key', schemaRef('Order'), {
              Location: { description: 'Its path', schema: { type: 'string' } },
            }),
            422:
              '`UNKNOWN_PRODUCT`, `MIXED_CURRENCIES`, `ORDER_TOO_LARGE`: it cannot be priced; ' +
              '`IDEMPOTENCY_KEY_REUSED`: the key was used for another order',
            503: `\`PRODUCT_SERVICE_UNAVAILABLE\`: products cannot be priced just now. ${AWAY}`,
          },
        }),
      },
      '/orders/{id}': {
        get: describeOperation({
          summary: 'Get an order',
          path: Joi.object({ id: Joi.string() }),
          responses: {
            200: jsonAnswer('The order', schemaRef('Order')),
            404: '`ORDER_NOT_FOUND`',
            503: AWAY,
          },
        }),
      },
    },
    schemas: { Order: order },
  });
