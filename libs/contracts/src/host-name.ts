import Joi from 'joi';

/**
 * The canonical spelling of a request's host, by which routes are matched: lower case, no root dot (RFC 1034 §3.1), in
 * ASCII, an IPv6 address in brackets and its shortest form.
 *
 * @param text without port
 * @returns the host, or a sentence that says what is wrong and what to write
 */
export function readHost(text: string): { readonly host: string } | { readonly fault: string } {
  if (/[*{}<>^$|()\\]/.test(text))
    return {
      fault: 'must be one whole host name: there are no patterns, and a route without host takes every host',
    };
  const name = text.includes(':') && !text.startsWith('[') ? `[${text}]` : text.replace(/\.$/, '');
  if (/[/?#@%\s]/.test(name) || name.endsWith('.') || !URL.canParse(`http://${name}/`))
    return { fault: 'must be a host name or an IP address, without scheme, port and path' };
  return { host: new URL(`http://${name}/`).hostname };
}

/** A route's host; validation returns its canonical spelling. */
export const hostSchema = Joi.string()
  .min(1)
  .max(255)
  .custom((value: string, helpers) => {
    const read = readHost(value);
    return 'host' in read ? read.host : helpers.message({ custom: '{{#label}} {{#fault}}' }, read);
  });
