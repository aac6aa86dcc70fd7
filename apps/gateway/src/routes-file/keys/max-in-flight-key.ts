import Joi from 'joi';
import type { PolicyKey } from '../policy-key';

export interface GivenMaxInFlight {
  readonly max_in_flight?: number;
}

export const maxInFlightKey: PolicyKey<GivenMaxInFlight> = {
  schema: {
    max_in_flight: Joi.number()
      .integer()
      .min(1)
      .max(1_000_000)
      .description(
        'Requests of this route are turned away with 503 while its service has so many under way, from all routes.',
      ),
  },
  over: ({ max_in_flight: given }, { maxInFlight }) => ({ maxInFlight: given ?? maxInFlight }),
};
