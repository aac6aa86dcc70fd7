import { fieldName } from '../../headers/field-name';
import { isFieldValue } from '../../headers/field-value';

const HTAB = 9;
const SPACE = 32;

/**
 * Field lines (RFC 9112 §5), strictly: a folded line, a space before the colon, a bare CR or LF is a fault, for each of
 * them has been another field to somebody, and thereby another message.
 *
 * @param text lines that all end in CRLF, in Latin-1
 * @returns name, value, name, value … or a sentence that says what is wrong
 */
export function parseFieldLines(text: string, from: number): string[] | string {
  const fields: string[] = [];
  for (let start = from; start < text.length; ) {
    const end = text.indexOf('\r\n', start);
    const colon = text.indexOf(':', start);
    if (end === -1 || colon === -1 || colon > end) return 'a field line has no colon';
    const name = text.slice(start, colon);
    if (fieldName(name) === undefined) return 'a field has no proper name';
    const value = trimmed(text, colon + 1, end);
    if (!isFieldValue(value)) return `the value of ${name} has a control character`;
    fields.push(name, value);
    start = end + 2;
  }
  return fields;
}

function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === HTAB;
}
