import Joi from 'joi';
import { canonicalPath, percentEncoded } from './canonical-path';

/** Characters. */
export const LONGEST_PATH_PREFIX = 256;

/** Wildcards, parameters and regular expressions, as other gateways and frameworks write them in a segment. */
const PATTERN = /[*{}<>[\]^|\\]|^:|\([.?]|\.\+|.\$$|^\$$/;
/** Another server may take these for the end of a segment, or of the path. */
const SEVERAL_READINGS = /;|%(?:2f|5c|3b|00)|%25(?:[0-9a-f]|%[346][0-9a-f]){2}/i;
const ENCODED_WRONGLY = /%(?![0-9a-f]{2})/i;
const NEEDS_ENCODING = /[^A-Za-z0-9._~!$&'()*+,;=:@%/-]/gu;

/**
 * The canonical spelling of a path prefix: whole segments, no trailing slash, no unnecessary percent-encoding. A trailing
 * `/*` is accepted: a prefix means that anyway. A prefix that another server could read differently is refused, since
 * requests for it would have to be refused as well.
 *
 * @param text begins with a slash
 * @returns the prefix, or a sentence that says what is wrong and what to write
 */
export function readPathPrefix(text: string): { readonly path: string } | { readonly fault: string } {
  const given = text.replace(/\/\*$/, '').replace(/\/$/, '');
  if (given === '') return { path: '/' };
  const fault = findPattern(given);
  if (fault !== undefined) return { fault };
  const [beforeQuery = ''] = given.split(/[?#]/);
  if (beforeQuery !== given)
    return { fault: `must not have a query or a fragment: write ${beforeQuery || '/'}` };
  if (ENCODED_WRONGLY.test(given)) return { fault: 'must have two hexadecimal digits after each %' };
  const written = given.replace(NEEDS_ENCODING, encodeText);
  if (written !== given) return { fault: `must be percent-encoded: write ${written}` };
  if (SEVERAL_READINGS.test(given))
    return {
      fault:
        'must not contain ";", "%2F", "%5C", "%00" or "%25" before two hexadecimal digits: servers read them in different ways',
    };
  const path = canonicalPath(given);
  if (path.split('/').some((segment, index) => index > 0 && /^\.{0,2}$/.test(segment)))
    return { fault: 'must not contain empty, "." or ".." segments' };
  // `/%2A` is `/*` in its canonical spelling: whoever reads that would take it for the whole site.
  const decoded = findPattern(path);
  return decoded === undefined ? { path } : { fault: decoded };
}

/** An absolute path of plain segments; validation returns its canonical spelling (`readPathPrefix`). */
export const pathPrefixSchema = Joi.string()
  .max(LONGEST_PATH_PREFIX)
  .pattern(/^\//)
  .messages({ 'string.pattern.base': '{{#label}} must begin with "/"' })
  .custom((value: string, helpers) => {
    if (!value.startsWith('/')) return value;
    const prefix = readPathPrefix(value);
    return 'path' in prefix ? prefix.path : helpers.message({ custom: '{{#label}} {{#fault}}' }, prefix);
  });

function findPattern(path: string): string | undefined {
  const segments = path.split('/').slice(1);
  const index = segments.findIndex((segment) => PATTERN.test(segment));
  if (index === -1) return undefined;
  const plain = `/${segments.slice(0, index).join('/')}`;
  return `must be plain text, and ${segments[index]} is a pattern: write ${plain}, which takes everything beneath it`;
}

function encodeText(character: string): string {
  return new TextEncoder().encode(character).reduce((text, byte) => text + percentEncoded(byte), '');
}
