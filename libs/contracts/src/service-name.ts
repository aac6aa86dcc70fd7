import Joi from 'joi';

const SERVICE_NAME = /^[A-Za-z0-9._-]{1,63}$/;
/** Clients remove these path segments (RFC 3986 §5.2.4), so `/discover/:service_name` would never get them. */
export const PATH_SEGMENTS = ['.', '..'];

/** A service's logical name: 1–63 letters, digits, `.`, `_`, `-`; case counts. */
export const serviceNameSchema = Joi.string()
  .pattern(SERVICE_NAME, 'letters, digits, ".", "_", "-"')
  .max(63)
  .invalid(...PATH_SEGMENTS);

/** The same check as the schema's, at a fraction of the cost. */
export function isServiceName(text: string): boolean {
  return SERVICE_NAME.test(text) && !PATH_SEGMENTS.includes(text);
}
