import Joi from 'joi';
import { answeredFields } from './instance';

/** Body of `PUT /instances/:id/override`: an operator's override of the status of an instance. */
export interface OverrideRequest {
  readonly status: 'out_of_service';
  /** For people: shown wherever the instance is. 1–256 characters. */
  readonly reason: string;
  /** After so many milliseconds the registry removes it. Without it, it stays until it is removed. */
  readonly for_ms?: number;
}

/** Shorter, and it would be over before every caller knows of it. */
const SHORTEST_OVERRIDE_MS = 1000;
/** Longer than any maintenance: what is to last has no end, and is shown as such. */
const LONGEST_OVERRIDE_MS = 30 * 24 * 3600 * 1000;

export const overrideRequestSchema = Joi.object<OverrideRequest>({
  ...answeredFields,
  status: Joi.string().valid('out_of_service').required(),
  reason: Joi.string().pattern(/\S/, 'text that is not blank').max(256).required(),
  for_ms: Joi.number().integer().min(SHORTEST_OVERRIDE_MS).max(LONGEST_OVERRIDE_MS),
}).required();
