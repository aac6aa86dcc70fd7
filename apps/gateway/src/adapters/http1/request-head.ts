import type { OutgoingRequest } from '../../ports/transport';
import { fieldName } from '../../headers/field-name';
import { isFieldValue } from '../../headers/field-value';

/** How a request's body ends. */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' };

export interface RequestHead {
  /** Request line, fields and the empty line, in Latin-1. */
  readonly text: string;
  readonly framing: BodyFraming;
}

const NONE: BodyFraming = { kind: 'none' };
const CHUNKED: BodyFraming = { kind: 'chunked' };

/** Methods whose requests say so when they have no body (RFC 9110 §8.6). */
const EXPECT_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** RFC 9112 §3.2; what is not in ASCII has no place in a target, and a space would end it. */
const TARGET = /^[\x21-\x7e\x80-\xff]+$/;

/**
 * A request as it goes on the wire. The framing is put on here and nowhere else, from the body that there really is: a
 * length beside it would let one request be read as two.
 *
 * @param authority of the instance, for callers of HTTP/1.0 who name no Host
 * @returns a sentence where it cannot be put on the wire
 */
export function requestHead(request: OutgoingRequest, authority: string): RequestHead | string {
  const { method, path, headers, body, upgrade } = request;
  if (fieldName(method) === undefined) return 'the method is no token';
  if (!TARGET.test(path)) return 'the path has a character that no path has';
  let text = `${method} ${path} HTTP/1.1\r\n`;
  let length: string | undefined;
  let hasHost = false;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const spelled = headers[index] ?? '';
    const value = headers[index + 1] ?? '';
    const name = fieldName(spelled);
    if (name === undefined || !isFieldValue(value)) return `the field ${JSON.stringify(spelled)} is none`;
    if (name === 'transfer-encoding' || name === 'upgrade') return `${spelled} is not the caller's to say`;
    if (name === 'host') hasHost = true;
    else if (name === 'content-length') {
      if (length !== undefined || !/^\d{1,15}$/.test(value)) return 'the Content-Length is not one number';
      length = value;
    }
    text += `${spelled}: ${value}\r\n`;
  }

  if (!hasHost) text += `Host: ${authority}\r\n`;
  const framing = framingOf(length, body !== null);
  if (framing === undefined) return 'there is a Content-Length, and no body';
  if (framing === CHUNKED) text += 'Transfer-Encoding: chunked\r\n';
  else if (framing === NONE && length === undefined && EXPECT_BODY.has(method))
    text += 'Content-Length: 0\r\n';
  if (upgrade !== undefined) {
    if (!isFieldValue(upgrade)) return 'the protocol to switch to is none';
    text += `Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n`;
  }
  return { text: `${text}\r\n`, framing };
}

function framingOf(length: string | undefined, hasBody: boolean): BodyFraming | undefined {
  if (hasBody) return length === undefined ? CHUNKED : { kind: 'length', length: Number(length) };
  return length === undefined || Number(length) === 0 ? NONE : undefined;
}
