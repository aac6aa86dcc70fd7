import { serviceNameSchema } from '@rollcall/contracts';
import Joi from 'joi';

/** Path parameters of `/…/:service_name`. */
export const servicePathSchema = Joi.object<{ service_name: string }>({
  service_name: serviceNameSchema.required(),
});
