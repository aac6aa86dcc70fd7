/** Bytes that no field value and no line of a message may contain: some recipients read a bare CR or LF as a new line. */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const FORBIDDEN = /[\0-\x08\x0a-\x1f\x7f\u0100-\uffff]/;

/** Whether this may be a field's value (RFC 9110 §5.5): Latin-1 without control characters other than the tab. */
export function isFieldValue(value: string): boolean {
  return !FORBIDDEN.test(value);
}

/** The first character that no value may have, as `0x0a`. */
export function forbiddenIn(value: string): string | undefined {
  if (isFieldValue(value)) return undefined;
  const code = value.charCodeAt(value.search(FORBIDDEN));
  return `0x${code.toString(16).padStart(2, '0')}`;
}
