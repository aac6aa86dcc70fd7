import Joi from 'joi';
import { hostSchema } from './host-name';
import { pathPrefixSchema } from './path-prefix';

/** A path that an instance asks the gateway to route to it. Matches on whole path segments. */
export interface AnnouncedRoute {
  /** Absolute path, e.g. `/products`. `/` matches everything. */
  readonly path_prefix: string;
  /** Upper-case methods; all when absent. */
  readonly methods?: readonly string[];
  /** Host name of the request, lower case, without port and root dot; any when absent. */
  readonly host?: string;
  /** Whether the prefix is removed from the path before it is forwarded. Default false. */
  readonly strip_prefix?: boolean;
}

export const announcedRouteSchema = Joi.object<AnnouncedRoute>({
  path_prefix: pathPrefixSchema.required(),
  methods: Joi.array()
    .items(
      Joi.string()
        .uppercase()
        .pattern(/^[A-Z][A-Z-]{0,19}$/, 'method')
        .invalid('ANY', 'ALL')
        .messages({
          'any.invalid': '{{#label}} is not a method: leave methods out, and every method is taken',
        }),
    )
    .min(1)
    .max(16)
    .unique(),
  host: hostSchema,
  strip_prefix: Joi.boolean(),
});
