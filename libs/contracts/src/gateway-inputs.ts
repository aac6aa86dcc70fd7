import Joi from 'joi';
import type { PathQuery } from './gateway-views';
import { serviceNameSchema } from './service-name';

/** An operator's order that a gateway ends every ejection of an instance. */
export interface Restoration {
  /** The service of the instance that is meant, where instances of several have its id. */
  readonly service_name?: string;
}

/** An operator's order that a gateway gives an instance no more requests. */
export interface Ejection extends Restoration {
  readonly reason: string;
  /** Milliseconds; until it is restored when absent. */
  readonly for_ms?: number;
}

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

const service_name = serviceNameSchema.description(
  'Which instance is meant, where several services have its id',
);

export const restorationSchema = Joi.object<Restoration>({ service_name }).required();

export const ejectionSchema = Joi.object<Ejection>({
  service_name,
  reason: Joi.string().max(500).required(),
  for_ms: Joi.number()
    .integer()
    .min(1)
    .max(86_400_000 * 30)
    .description('Milliseconds; until it is restored when absent'),
}).required();
