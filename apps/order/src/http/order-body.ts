import Joi from 'joi';
import type { OrderLine } from '../domain/order';

/** Body of `POST /orders`. */
export interface OrderBody {
  readonly items: readonly { readonly product_id: string; readonly quantity: number }[];
}

const itemSchema = Joi.object({
  product_id: Joi.string().guid({ separator: '-', wrapper: false }).lowercase().required(),
  quantity: Joi.number().strict().integer().min(1).max(10_000).required(),
});

/**
 * A product that is named twice is refused and not added up: more often it is a form sent twice over than a wish,
 * and an order costs money.
 */
export const orderBodySchema = Joi.object<OrderBody>({
  items: Joi.array().items(itemSchema).min(1).max(50).unique('product_id').required(),
}).required();

export function toLines({ items }: OrderBody): readonly OrderLine[] {
  return items.map(({ product_id, quantity }) => ({ productId: product_id, quantity }));
}
