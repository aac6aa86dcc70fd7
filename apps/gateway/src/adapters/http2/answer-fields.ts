import { STATUS_CODES } from 'node:http';
import { fieldName } from '../../headers/field-name';
import { forbiddenIn } from '../../headers/field-value';
import { parsedHeaderList } from '../../headers/header-list';
import type { ResponseHead } from '../../ports/transport';

/** What HTTP/2 counts for a field besides name and value (RFC 9113 §6.5.2). */
const FIELD_OVERHEAD = 32;

/**
 * The head of an answer. Node checks no values: `a\r\nb: c` goes through it to whoever writes it to a caller of HTTP/1.1.
 *
 * @param raw name, value, name, value … as they came, pseudo fields first
 * @returns what is wrong, where it cannot be passed on
 */
export function answerHead(raw: readonly string[], maxHeadBytes: number): ResponseHead | string {
  const status = raw[0] === ':status' ? Number(raw[1]) : NaN;
  if (!(status >= 100 && status <= 599)) return 'malformed :status';
  const fields: string[] = [];
  const names: string[] = [];
  let bytes = 0;
  for (let place = 2; place + 1 < raw.length; place += 2) {
    const spelled = raw[place] ?? '';
    const value = raw[place + 1] ?? '';
    bytes += spelled.length + value.length + FIELD_OVERHEAD;
    if (bytes > maxHeadBytes)
      return `its fields are longer than MAX_ANSWER_HEAD_BYTES (${maxHeadBytes} bytes)`;
    const fault = fieldFault(spelled, value);
    if (fault !== undefined) return fault;
    fields.push(spelled, value);
    names.push(spelled);
  }
  return {
    httpVersion: '2.0',
    status,
    statusText: STATUS_CODES[status] ?? '',
    headers: parsedHeaderList(fields, names),
  };
}

/** @returns name, value, name, value …, or what is wrong */
export function answerTrailers(raw: readonly string[], maxHeadBytes: number): readonly string[] | string {
  let bytes = 0;
  for (let place = 0; place + 1 < raw.length; place += 2) {
    const spelled = raw[place] ?? '';
    const value = raw[place + 1] ?? '';
    bytes += spelled.length + value.length + FIELD_OVERHEAD;
    const fault = fieldFault(spelled, value);
    if (fault !== undefined) return `${fault}, in the trailers`;
  }
  return bytes > maxHeadBytes
    ? `its trailers are longer than MAX_ANSWER_HEAD_BYTES (${maxHeadBytes} bytes)`
    : raw;
}

/** Without the value, which may be a secret. */
function fieldFault(spelled: string, value: string): string | undefined {
  if (fieldName(spelled) !== spelled) return `malformed field name ${JSON.stringify(spelled.slice(0, 40))}`;
  // With HTTP/1.1 on the other side it would say how the message ends.
  if (spelled === 'transfer-encoding') return 'a Transfer-Encoding in HTTP/2';
  const forbidden = forbiddenIn(value);
  return forbidden === undefined
    ? undefined
    : `the control character ${forbidden} in the value of ${spelled.slice(0, 40)}`;
}
