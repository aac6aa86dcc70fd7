import Joi from 'joi';

const SERVICE_NAME = /^[A-Za-z0-9._-]{1,63}$/;
/** As segments of a path they never arrive: neither at /discover/:service_name nor at /instances/:id. */
export const PATH_SEGMENTS = ['.', '..'];

/** A service's logical name: 1–63 letters, digits, `.`, `_`, `-`; case counts. */
export const serviceNameSchema = Joi.string()
  .pattern(SERVICE_NAME, 'letters, digits, ".", "_", "-"')
  .max(63)
  .invalid(...PATH_SEGMENTS);

/** What the schema says of a text, at a fraction of its price. */
export function isServiceName(text: string): boolean {
  return SERVICE_NAME.test(text) && !PATH_SEGMENTS.includes(text);
}
