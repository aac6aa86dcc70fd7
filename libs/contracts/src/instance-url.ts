import Joi from 'joi';

/**
 * The one spelling of an instance's address: scheme, host, port and path, lower-cased host, no default port,
 * no trailing slash. Two spellings of one address must not become two instances.
 *
 * @returns the canonical URL, or a sentence that says what is wrong with it
 */
export function canonicalInstanceUrl(text: string): { url: string } | { fault: string } {
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
  return { url: url.origin + url.pathname.replace(/\/+$/, '') };
}

/** An instance's address; validation answers its canonical spelling. At most 512 characters. */
export const instanceUrlSchema = Joi.string()
  .max(512)
  .custom((value: string, helpers) => {
    const result = canonicalInstanceUrl(value);
    return 'url' in result ? result.url : helpers.message({ custom: `{{#label}} ${result.fault}` });
  });
