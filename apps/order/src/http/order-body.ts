import Joi from 'joi';
import type { OrderLine } from '../domain/order';

/** Body of `POST /orders`. */
export interface OrderBody {
  readonly items: readonly { readonly product_id: string; readonly quantity: number }[];
}

const uuid = Joi.string().guid({ separator: '-', wrapper: false });
const cents = Joi.number().integer().min(0);

/** An answer may be played back, and places another order: all but its items' products and quantities is filled in here. */
const answeredFields = {
  id: uuid.strip().description('Ignored'),
  status: Joi.string().valid('placed').strip().description('Ignored'),
  currency: Joi.string().length(3).strip().description('Ignored'),
  total_cents: cents.strip().description('Ignored'),
  created_at: Joi.string().isoDate().strip().description('Ignored'),
};

/** By itself it would be a wish that is not granted, and a price is not to be ignored without a word. */
function ofAnswer(schema: Joi.Schema): Joi.Schema {
  return Joi.when('/created_at', { is: Joi.exist(), then: schema.strip(), otherwise: Joi.forbidden() });
}

const itemSchema = Joi.object({
  name: ofAnswer(Joi.string()),
  unit_price_cents: ofAnswer(cents),
  product_id: uuid.lowercase().required(),
  quantity: Joi.number().strict().integer().min(1).max(10_000).required(),
});

/**
 * A product that is named twice is refused and not added up: more often it is a form sent twice over than a wish,
 * and an order costs money.
 */
export const orderBodySchema = Joi.object<OrderBody>({
  // Before the fields that it looks at are left out.
  items: Joi.array().items(itemSchema).min(1).max(50).unique('product_id').required(),
  ...answeredFields,
}).required();

export function toLines({ items }: OrderBody): readonly OrderLine[] {
  return items.map(({ product_id, quantity }) => ({ productId: product_id, quantity }));
}
