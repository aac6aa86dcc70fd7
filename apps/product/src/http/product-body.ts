import Joi from 'joi';
import type { ProductDraft } from '../domain/product';

/** Body of `POST /products`. */
export interface ProductBody {
  readonly name: string;
  readonly description: string;
  readonly price_cents: number;
  readonly currency: string;
}

/** An answer may be played back, and adds another product: these two are this service's to fill in. */
const answeredFields = {
  id: Joi.string().guid({ separator: '-', wrapper: false }).strip().description('Ignored'),
  created_at: Joi.string().isoDate().strip().description('Ignored'),
};

export const productBodySchema = Joi.object<ProductBody>({
  ...answeredFields,
  // Text is kept as it came.
  name: Joi.string().pattern(/\S/, 'text that is not blank').max(200).required(),
  description: Joi.string().allow('').max(2000).default(''),
  // Strict, because "8.90" is somebody's misunderstanding, and money is not to be guessed.
  price_cents: Joi.number().strict().integer().min(0).max(Number.MAX_SAFE_INTEGER).required(),
  currency: Joi.string()
    .pattern(/^[A-Z]{3}$/, 'three upper-case letters, as in ISO 4217')
    .required(),
}).required();

export function toDraft({ name, description, price_cents, currency }: ProductBody): ProductDraft {
  return { name, description, priceCents: price_cents, currency };
}
