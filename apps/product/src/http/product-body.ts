import Joi from 'joi';
import type { ProductDraft } from '../domain/product';

/** Body of `POST /products`. */
export interface ProductBody {
  readonly name: string;
  readonly description: string;
  readonly price_cents: number;
  readonly currency: string;
}

/** PostgreSQL cannot store NUL in text, so that no database is given any. */
const text = Joi.string()
  .trim()
  .pattern(/^[^\0]*$/, 'text without NUL');

export const productBodySchema = Joi.object<ProductBody>({
  name: text.min(1).max(200).required(),
  description: text.allow('').max(2000).default(''),
  // Strict, because "8.90" is somebody's misunderstanding, and money is not to be guessed.
  price_cents: Joi.number().strict().integer().min(0).max(Number.MAX_SAFE_INTEGER).required(),
  currency: Joi.string()
    .uppercase()
    .pattern(/^[A-Z]{3}$/, 'three letters, as in ISO 4217')
    .required(),
}).required();

export function toDraft({ name, description, price_cents, currency }: ProductBody): ProductDraft {
  return { name, description, priceCents: price_cents, currency };
}
