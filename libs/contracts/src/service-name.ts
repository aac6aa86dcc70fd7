import Joi from 'joi';

/** A service's logical name: 1–63 letters, digits, `.`, `_`, `-`; case counts. */
export const serviceNameSchema = Joi.string()
  .pattern(/^[A-Za-z0-9._-]{1,63}$/, 'letters, digits, ".", "_", "-"')
  .max(63)
  // "." and ".." would be path segments, and would never reach GET /discover/:service_name.
  .invalid('.', '..');
