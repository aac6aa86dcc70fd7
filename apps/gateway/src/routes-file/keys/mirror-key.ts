import Joi from 'joi';
import { serviceNameSchema } from '@rollcall/contracts';
import type { MirrorRule } from '../../routing/policy-rules';
import type { PolicyKey } from '../policy-key';
import { orOff, overOrOff, type OrOff } from './key-schemas';

export interface GivenMirror {
  readonly mirror?: OrOff<{
    readonly service: string;
    readonly percent: number;
    readonly methods?: readonly string[];
    readonly body_bytes?: number;
    readonly max_in_flight?: number;
    readonly credentials?: boolean;
  }>;
}

/** What changes nothing where it is done twice (RFC 9110 §9.2.1). */
const SAFE_METHODS = ['GET', 'HEAD'];

export const mirrorKey: PolicyKey<GivenMirror> = {
  schema: {
    mirror: orOff(
      Joi.object({
        service: serviceNameSchema
          .required()
          .description('The service that gets copies; it needs no route of its own.'),
        percent: Joi.number()
          .greater(0)
          .max(100)
          .required()
          .description('So many percent of the requests are copied.'),
        methods: Joi.array()
          .items(Joi.string().valid('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'))
          .min(1)
          .unique()
          .description('Default GET and HEAD. What others do is done twice.'),
        body_bytes: Joi.number()
          .integer()
          .min(0)
          .max(65_536)
          .description(
            'Requests with a body of up to so many bytes are copied; their bodies are read whole before they are sent. Default 0: only requests without a body.',
          ),
        max_in_flight: Joi.number()
          .integer()
          .min(1)
          .max(100_000)
          .description('Copies under way beyond which further ones are dropped. Default 100.'),
        credentials: Joi.boolean().description(
          'true: the other service gets Authorization, Cookie and tokens too. Default false.',
        ),
      }),
      'a map: { service: orders-next, percent: 5 }',
    ).description('Copies of requests for another service, whose answers are dropped.'),
  },
  over: ({ mirror: given }, { mirror }) => ({
    mirror: overOrOff(
      given,
      mirror,
      ({
        service,
        percent,
        methods = SAFE_METHODS,
        body_bytes: bodyBytes = 0,
        max_in_flight: maxInFlight = 100,
        credentials: showsCredentials = false,
      }): MirrorRule => ({ service, percent, methods, bodyBytes, maxInFlight, showsCredentials }),
    ),
  }),
};
