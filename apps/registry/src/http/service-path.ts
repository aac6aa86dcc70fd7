import { isServiceName, serviceNameSchema } from '@rollcall/contracts';
import Joi from 'joi';

/** Path parameters of `/…/:service_name`. */
export const servicePathSchema = Joi.object<{ service_name: string }>({
  service_name: serviceNameSchema.required(),
});

/** Only what the schema takes as it is. */
export function recogniseServicePath({
  service_name: name,
}: Readonly<Record<string, string>>): { service_name: string } | undefined {
  return name !== undefined && isServiceName(name) ? { service_name: name } : undefined;
}
