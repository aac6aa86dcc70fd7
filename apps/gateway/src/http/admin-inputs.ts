import Joi from 'joi';
import type { Ejection } from '../use-cases/eject-upstream';
import type { PathQuery } from '../use-cases/explain-path';

export const pathQuerySchema = Joi.object<PathQuery>({
  path: Joi.string()
    .pattern(/^\/[^\s?#]*$/, 'absolute path')
    .max(4096)
    .required(),
  method: Joi.string()
    .uppercase()
    .pattern(/^[A-Z-]{1,20}$/, 'method')
    .default('GET'),
  host: Joi.string().lowercase().allow('').max(255).default(''),
  canary: Joi.string().max(1024).description('What the request says in the field of the route’s canary'),
});

/** The operator's name as given in the request; it cannot be verified, since all operators share one token. */
const by = Joi.string().max(200).description('Who it is, for the log');

export const ejectionSchema = Joi.object<Ejection & { readonly by?: string }>({
  reason: Joi.string().max(500).required(),
  for_ms: Joi.number()
    .integer()
    .min(1)
    .max(86_400_000 * 30)
    .description('Milliseconds; until it is restored when absent'),
  by,
}).required();

export const restorationSchema = Joi.object<{ readonly by?: string }>({ by }).required();

export const upstreamPathSchema = Joi.object<{ readonly id: string }>({
  id: Joi.string().max(256).required(),
});
