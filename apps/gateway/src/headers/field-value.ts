/** Bytes that no field value and no line of a message may contain: some recipients read a bare CR or LF as a new line. */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const FORBIDDEN = /[\0-\x08\x0a-\x1f\x7f\u0100-\uffff]/;

const SHORT = 64;
const HTAB = 0x09;
const SPACE = 0x20;
const DELETE = 0x7f;
const LAST_LATIN1 = 0xff;

/** Whether this may be a field's value (RFC 9110 §5.5): Latin-1 without control characters other than the tab. */
export function isFieldValue(value: string): boolean {
  // Most values are so short that to begin with the expression would cost more than to look at them.
  if (value.length > SHORT) return !FORBIDDEN.test(value);
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if ((code < SPACE && code !== HTAB) || code === DELETE || code > LAST_LATIN1) return false;
  }
  return true;
}

/** The first character that no value may have, as `0x0a`. */
export function forbiddenIn(value: string): string | undefined {
  if (isFieldValue(value)) return undefined;
  const code = value.charCodeAt(value.search(FORBIDDEN));
  return `0x${code.toString(16).padStart(2, '0')}`;
}
