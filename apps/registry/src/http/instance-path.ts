import { instanceIdSchema } from '@rollcall/contracts';
import Joi from 'joi';

/** Path parameters of `/instances/:id/…`. */
export const instancePathSchema = Joi.object<{ id: string }>({ id: instanceIdSchema.required() });
