import Joi from 'joi';
import { originPatternFault } from '../../policies/origin-pattern';
import type { PolicyKey } from '../policy-key';
import { textWithout, orOff, overOrOff, type OrOff } from './key-schemas';

interface CorsGiven {
  readonly origins: readonly string[];
  readonly methods?: readonly string[];
  readonly headers?: readonly string[];
  readonly expose?: readonly string[];
  readonly credentials?: boolean;
  readonly max_age_seconds?: number;
}

export interface GivenCors {
  readonly cors?: OrOff<CorsGiven>;
}

/** A field name, and not `*`: with credentials that is a name like any other (Fetch §3.3.5), and without them a list says more. */
const fieldName = Joi.string().pattern(/^[A-Za-z0-9!#$%&'+.^_`|~-]{1,128}$/, 'field name');

export const corsKey: PolicyKey<GivenCors> = {
  schema: {
    cors: orOff(
      Joi.object({
        origins: Joi.array()
          .items(textWithout(originPatternFault).lowercase().max(320))
          .min(1)
          .max(100)
          .unique()
          .required()
          .description(
            'Origins whose pages may read answers: exact, with * for one label of the host, or * for any.',
          ),
        methods: Joi.array()
          .items(Joi.string().pattern(/^[A-Z][A-Z-]{0,19}$/, 'method'))
          .min(1)
          .max(16)
          .unique()
          .description("What preflights are told. Default: the route's methods, or all common ones."),
        headers: Joi.array().items(fieldName).max(100).description('Request fields that pages may send.'),
        expose: Joi.array().items(fieldName).max(100).description('Answer fields that pages may read.'),
        credentials: Joi.boolean().description('Whether cookies may be sent along. Default false.'),
        max_age_seconds: Joi.number()
          .integer()
          .min(0)
          .max(86_400)
          .description('How long browsers may remember a preflight. Default 600.'),
      }).custom((given: CorsGiven, helpers) =>
        given.credentials === true && given.origins.includes('*')
          ? helpers.message({
              custom: '{{#label}} must not have * among its origins when credentials is true',
            })
          : given,
      ),
      "a map: { origins: ['https://shop.example'] }",
    ).description('Preflights are answered by the gateway; CORS fields of instances are replaced.'),
  },
  over: ({ cors: given }, { cors }) => ({
    cors: overOrOff(given, cors, ({ max_age_seconds: maxAgeSeconds = 600, ...rule }) => ({
      headers: [],
      expose: [],
      credentials: false,
      ...rule,
      maxAgeSeconds,
    })),
  }),
};
