import Joi from 'joi';
import { answeredFields } from './instance';

/** Body of `PUT /instances/:id/override`: an operator's override of the status of an instance. */
export interface OverrideRequest {
  readonly status: 'out_of_service';
  /** For people: shown wherever the instance is. 1–256 characters. */
  readonly reason: string;
}

export const overrideRequestSchema = Joi.object<OverrideRequest>({
  ...answeredFields,
  status: Joi.string().valid('out_of_service').required(),
  reason: Joi.string().pattern(/\S/, 'text that is not blank').max(256).required(),
}).required();
