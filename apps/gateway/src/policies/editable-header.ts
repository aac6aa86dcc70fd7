import { TOKEN } from '../headers/field-name';
import { isHopByHop } from '../headers/hop-by-hop';

const MAX_NAME = 128;
/** Visible characters, with blanks between them only (RFC 9110 §5.5). */
const VALUE = /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/;

/** Fields of framing, routing and the path of a message, which the gateway sets itself. */
const GATEWAYS_OWN: ReadonlySet<string> = new Set([
  'content-length',
  'trailer',
  'expect',
  'host',
  'via',
  'proxy-status',
  'http2-settings',
]);

/** @returns why a routes file may not touch this field, as the rest of a sentence */
export function headerNameFault(name: string): string | undefined {
  if (name.length > MAX_NAME || !TOKEN.test(name)) return 'is not a valid header name';
  const lower = name.toLowerCase();
  if (isHopByHop(lower)) return 'is a hop-by-hop header, which a routes file cannot change';
  return GATEWAYS_OWN.has(lower) ? 'is set by the gateway itself and cannot be changed' : undefined;
}

export function headerValueFault(value: string): string | undefined {
  return value.length <= 4096 && VALUE.test(value) ? undefined : 'is not a valid header value';
}
