import Joi from 'joi';

/** A path that an instance asks the gateway to route to it. Matches on whole path segments. */
export interface AnnouncedRoute {
  /** Absolute path, e.g. `/products`. `/` matches everything. */
  readonly path_prefix: string;
  /** Upper-case methods; all when absent. */
  readonly methods?: readonly string[];
  /** Host name of the request, lower case, without port; any when absent. */
  readonly host?: string;
  /** Whether the prefix is removed from the path before it is forwarded. Default false. */
  readonly strip_prefix?: boolean;
}

/** An absolute path of plain segments; validation answers it without a trailing slash. */
export const pathPrefixSchema = Joi.string()
  .max(256)
  .pattern(/^\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*$/, 'absolute path')
  .custom((value: string, helpers) => {
    if (value === '/') return value;
    const path = value.replace(/\/$/, '');
    const segments = path.split('/').slice(1);
    return segments.some((segment) => segment === '' || segment === '.' || segment === '..')
      ? helpers.message({ custom: '{{#label}} must not contain empty, "." or ".." segments' })
      : path;
  });

export const announcedRouteSchema = Joi.object<AnnouncedRoute>({
  path_prefix: pathPrefixSchema.required(),
  methods: Joi.array()
    .items(
      Joi.string()
        .uppercase()
        .pattern(/^[A-Z][A-Z-]{0,19}$/, 'method'),
    )
    .min(1)
    .max(16)
    .unique(),
  host: Joi.string().hostname().lowercase(),
  strip_prefix: Joi.boolean(),
});
