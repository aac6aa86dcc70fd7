import { fieldName } from '../../headers/field-name';
import { isFieldValue } from '../../headers/field-value';

/** Fields as Node's HTTP/2 takes them: a name once, with all of its values. */
export type OutgoingFields = Record<string, string | string[]>;

/** Of one connection of HTTP/1.1 (RFC 9113 §8.2.2); Node throws at them. */
const CONNECTION_SPECIFIC: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Lists of which Node refuses several fields all the same: joined, they mean the same (RFC 9110 §5.3). */
const JOINED: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-language',
  'if-match',
  'if-none-match',
]);

/** Fields of which Node refuses a second one. The first is the one by which policies judge. */
const SINGLE: ReadonlySet<string> = new Set([
  ...['access-control-allow-credentials', 'access-control-max-age', 'access-control-request-method'],
  ...['age', 'authorization', 'content-length', 'content-location', 'content-md5', 'content-range'],
  ...['content-type', 'date', 'dnt', 'etag', 'expires', 'from', 'host', 'if-modified-since', 'if-range'],
  ...['if-unmodified-since', 'last-modified', 'location', 'max-forwards', 'proxy-authorization', 'range'],
  ...['referer', 'retry-after', 'tk', 'upgrade-insecure-requests', 'user-agent', 'x-content-type-options'],
]);

/**
 * The fields of a message for HTTP/2: in lower case, without those of a connection. Node's HTTP/2 writes every value as
 * it is given, CR and LF included, so each of them is judged here.
 *
 * @param raw name, value, name, value …
 * @throws for a field that is malformed
 */
export function outgoingFields(raw: readonly string[]): OutgoingFields {
  const fields = emptyFields();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const spelled = raw[at] ?? '';
    const value = raw[at + 1] ?? '';
    const name = fieldName(spelled);
    if (name === undefined) throw new Error(`malformed field name ${JSON.stringify(spelled)}`);
    if (!isFieldValue(value)) throw new Error(`malformed value of the field ${name}`);
    if (!CONNECTION_SPECIFIC.has(name)) fields[name] = joined(name, fields[name], value);
  }
  return fields;
}

/** Without a prototype, as a caller may name a field `__proto__`. */
function emptyFields(): OutgoingFields {
  return Object.create(null);
}

function joined(name: string, before: string | string[] | undefined, value: string): string | string[] {
  if (before === undefined) return value;
  if (SINGLE.has(name)) return before;
  if (JOINED.has(name)) return `${String(before)}, ${value}`;
  if (typeof before === 'string') return [before, value];
  before.push(value);
  return before;
}
