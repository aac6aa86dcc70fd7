import { fieldName } from '../../headers/field-name';
import { forbiddenIn, isFieldValue } from '../../headers/field-value';

const HTAB = 9;
const SPACE = 32;

/**
 * A parser of field lines (RFC 9112 §5), strict: a folded line, a space before the colon, a bare CR or LF is a fault. Each
 * of them has been read as another field by some implementation, and so as another message.
 *
 * @param text lines that all end in CRLF, in Latin-1
 * @param part for the message
 * @returns name, value, name, value … or which line is wrong and how, without its value, which may be a secret
 */
export function parseFieldLines(text: string, from: number, part: 'head' | 'trailers'): string[] | string {
  const fields: string[] = [];
  for (let start = from; start < text.length; ) {
    const end = text.indexOf('\r\n', start);
    const colon = text.indexOf(':', start);
    if (end === -1 || colon === -1 || colon > end) return faultAt(text, start, part, 'has no colon');
    const name = text.slice(start, colon);
    if (fieldName(name) === undefined) return faultAt(text, start, part, 'has a malformed field name');
    const value = trimmed(text, colon + 1, end);
    const forbidden = forbiddenIn(value);
    if (forbidden !== undefined)
      return faultAt(
        text,
        start,
        part,
        `has the control character ${forbidden} in the value of ${name.slice(0, 40)}`,
      );
    fields.push(name, value);
    start = end + 2;
  }
  return fields;
}

/**
 * @param fields name, value, name, value …
 * @returns field lines as they go on the wire, in Latin-1; `undefined` when one of them is malformed
 */
export function formatFieldLines(fields: readonly string[]): string | undefined {
  let text = '';
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] ?? '';
    const value = fields[index + 1] ?? '';
    if (fieldName(name) === undefined || !isFieldValue(value)) return undefined;
    text += `${name}: ${value}\r\n`;
  }
  return text;
}

function faultAt(text: string, start: number, part: string, fault: string): string {
  return `line ${text.slice(0, start).split('\r\n').length} of the ${part} ${fault}`;
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
