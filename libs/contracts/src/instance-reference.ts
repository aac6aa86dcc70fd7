import Joi from 'joi';
import { instanceUrlSchema } from './instance-url';
import { instanceIdSchema } from './registration';
import { serviceNameSchema } from './service-name';

/** How a call names an instance: by its id, or by service and address as the older clients do. */
export type InstanceReference =
  | { readonly instance_id: string; readonly epoch?: number }
  | { readonly service_name: string; readonly url: string; readonly epoch?: number };

/** The revision at which a registration began; guards it against the late word of an older life. */
export const epochSchema = Joi.number().integer().min(1).max(Number.MAX_SAFE_INTEGER);

export const instanceReferenceKeys = {
  instance_id: instanceIdSchema,
  service_name: serviceNameSchema,
  url: instanceUrlSchema,
  epoch: epochSchema,
};

/** An object schema over those keys: an id, or a service and an address, and never half of one. */
export function referencing<T>(keys: Joi.PartialSchemaMap<T>): Joi.ObjectSchema<T> {
  return Joi.object<T>(keys).xor('instance_id', 'service_name').and('service_name', 'url').required();
}
