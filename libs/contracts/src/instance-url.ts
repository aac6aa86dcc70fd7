import Joi from 'joi';

/**
 * The one spelling of an instance's address: scheme, host, port and path, lower-cased host, no default port,
 * no trailing slash. Two spellings of one address must not become two instances.
 *
 * @returns the canonical URL, or a sentence that says what is wrong with it
 */
export function canonicalInstanceUrl(text: string): { url: string } | { fault: string } {
  // The parser would drop some of them without a word, and read the others as something else.
  if (/[\s\p{Cc}\\]/u.test(text))
    return { fault: 'must not contain white space, control characters or "\\"' };
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { fault: 'must be an absolute http:// or https:// URL' };
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { fault: 'must start with http:// or https://' };
  if (url.username !== '' || url.password !== '') return { fault: 'must not carry credentials' };
  if (text.includes('?') || text.includes('#')) return { fault: 'must not carry a query or a fragment' };
  if (url.port === '0') return { fault: 'must not have port 0, to which nobody can connect' };
  if (url.hostname.startsWith('.') || url.hostname.includes('..'))
    return { fault: 'must not have an empty label in its host' };
  return { url: url.origin + url.pathname.replace(/\/+$/, '') };
}

/** An instance's address; validation answers its canonical spelling. At most 512 characters. */
export const instanceUrlSchema = Joi.string()
  .max(512)
  .custom((value: string, helpers) => {
    const result = canonicalInstanceUrl(value);
    return 'url' in result ? result.url : helpers.message({ custom: `{{#label}} ${result.fault}` });
  });
