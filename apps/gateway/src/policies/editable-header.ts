import { isHopByHop } from '../headers/hop-by-hop';

/** A token (RFC 9110 §5.6.2). */
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/;
/** Visible characters, with blanks between them only (RFC 9110 §5.5). */
const VALUE = /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/;

/** Where a message ends, whom it is for, where it has been: not for a file to say. */
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
  if (!NAME.test(name)) return 'is not a field name';
  const lower = name.toLowerCase();
  if (isHopByHop(lower)) return 'belongs to one connection, and is not for a routes file to change';
  return GATEWAYS_OWN.has(lower) ? "is the gateway's own to set" : undefined;
}

export function headerValueFault(value: string): string | undefined {
  return value.length <= 4096 && VALUE.test(value) ? undefined : 'is not a field value';
}
