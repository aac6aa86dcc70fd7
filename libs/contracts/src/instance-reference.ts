import Joi from 'joi';
import { answeredFields } from './instance';
import { instanceUrlSchema } from './instance-url';
import { instanceIdSchema } from './registration';
import { serviceNameSchema } from './service-name';

/**
 * How a call names an instance: by its id, or by service and address as legacy clients do. Where both are given, as in an
 * answer that is sent back as a request, all of it has to match.
 */
export type InstanceReference =
  | {
      readonly instance_id: string;
      readonly service_name?: string;
      readonly url?: string;
      readonly epoch?: number;
    }
  | { readonly service_name: string; readonly url: string; readonly epoch?: number };

/** The revision at which a registration began; protects it against stale requests of an earlier incarnation. */
export const epochSchema = Joi.number().integer().min(1).max(Number.MAX_SAFE_INTEGER);

export const instanceReferenceKeys = {
  ...answeredFields,
  instance_id: instanceIdSchema,
  service_name: serviceNameSchema,
  url: instanceUrlSchema,
  epoch: epochSchema,
};

/** An object schema over those keys: an id, or a service and an address, or all of them. */
export function referencing<T>(keys: Joi.PartialSchemaMap<T>): Joi.ObjectSchema<T> {
  return Joi.object<T>(keys).or('instance_id', 'url').with('url', 'service_name').required();
}
