import { fieldName } from '../../headers/field-name';
import { forbiddenIn, isFieldValue } from '../../headers/field-value';
import { parsedHeaderList, type ReadonlyHeaderList } from '../../headers/header-list';

const HTAB = 9;
const SPACE = 32;

/** Bytes of the lines that are kept: a line that is the same for long keeps the whole text that it was cut from. */
const LONGEST_KNOWN = 1024;

/**
 * The field lines of the head before, with what they were parsed to. The answers of one instance have most lines in
 * common, and to see that a line is the same costs a quarter of parsing it.
 */
export interface KnownFieldLines {
  lines: readonly string[];
  fields: ReadonlyHeaderList;
}

export function noFieldLines(): KnownFieldLines {
  return { lines: [], fields: parsedHeaderList([], []) };
}

/**
 * A parser of field lines (RFC 9112 §5), strict: a folded line, a space before the colon, a bare CR or LF is a fault. Each
 * of them has been read as another field by some implementation, and so as another message.
 *
 * @param text has the lines, which all end in CRLF, between `from` and `to`, in Latin-1
 * @param part for the message
 * @param known replaced by what these lines are
 * @returns the fields, or which line is wrong and how, without its value, which may be a secret
 */
export function parseFieldLines(
  text: string,
  from: number,
  to: number,
  part: 'head' | 'trailers',
  known = noFieldLines(),
): ReadonlyHeaderList | string {
  const lines: string[] = [];
  const raw: string[] = [];
  const names: string[] = [];
  const knownRaw = known.fields.toRaw();
  for (let start = from; start < to; ) {
    const place = lines.length;
    const knownLine = known.lines[place] ?? '';
    if (knownLine !== '' && text.slice(start, start + knownLine.length) === knownLine) {
      lines.push(knownLine);
      raw.push(knownRaw[2 * place] ?? '', knownRaw[2 * place + 1] ?? '');
      names.push(known.fields.names[place] ?? '');
      start += knownLine.length;
      continue;
    }
    const end = text.indexOf('\r\n', start);
    const colon = text.indexOf(':', start);
    if (end === -1 || colon === -1 || colon > end) return faultAt(text, start, part, 'has no colon');
    const spelled = text.slice(start, colon);
    const name = fieldName(spelled);
    if (name === undefined) return faultAt(text, start, part, 'has a malformed field name');
    const value = trimmed(text, colon + 1, end);
    if (!isFieldValue(value))
      return faultAt(
        text,
        start,
        part,
        `has the control character ${forbiddenIn(value)} in the value of ${spelled.slice(0, 40)}`,
      );
    lines.push(text.slice(start, end + 2));
    raw.push(spelled, value);
    names.push(name);
    start = end + 2;
  }
  const fields = parsedHeaderList(raw, names);
  if (to - from > LONGEST_KNOWN) return fields;
  known.lines = lines;
  known.fields = fields;
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
