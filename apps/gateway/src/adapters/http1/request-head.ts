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

/** Methods whose requests carry `Content-Length: 0` when they have no body (RFC 9110 §8.6). */
const EXPECT_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** RFC 9112 §3.2: visible characters; a space would end the target. */
const TARGET = /^[\x21-\x7e\x80-\xff]+$/;

/**
 * A request's head as it goes on the wire. Its framing is set here and nowhere else, from the body that there is: a second
 * length would let one request be read as two (request smuggling).
 *
 * @param authority of the instance, for callers of HTTP/1.0 who name no Host
 * @returns what is wrong, where it cannot be sent
 */
export function requestHead(request: OutgoingRequest, authority: string): RequestHead | string {
  const { method, path, headers, body, upgrade } = request;
  if (fieldName(method) === undefined) return 'malformed method';
  if (!TARGET.test(path)) return 'malformed path: a space, a control character or one outside Latin-1';
  let text = `${method} ${path} HTTP/1.1\r\n`;
  let length: string | undefined;
  let hasHost = false;
  if (headers.malformed !== undefined) return `malformed field ${JSON.stringify(headers.malformed)}`;
  const { names } = headers;
  const raw = headers.toRaw();
  const isChunked = body !== null && !names.includes('content-length');
  for (let place = 0; place < names.length; place += 1) {
    const name = names[place];
    const spelled = raw[2 * place] ?? '';
    const value = raw[2 * place + 1] ?? '';
    if (name === 'transfer-encoding' || name === 'upgrade')
      return `${spelled} is set by the gateway and cannot be passed on`;
    // Other bodies have no place for trailers (RFC 9112 §7.1.2).
    if (name === 'trailer' && !isChunked) continue;
    if (name === 'host') hasHost = true;
    else if (name === 'content-length') {
      if (length !== undefined || !/^\d{1,15}$/.test(value))
        return 'Content-Length is not exactly one number';
      length = value;
    }
    text += `${spelled}: ${value}\r\n`;
  }

  if (!hasHost) text += `Host: ${authority}\r\n`;
  const framing = framingOf(length, body !== null);
  if (framing === undefined) return 'a Content-Length without a body';
  if (framing === CHUNKED) text += 'Transfer-Encoding: chunked\r\n';
  else if (framing === NONE && length === undefined && EXPECT_BODY.has(method))
    text += 'Content-Length: 0\r\n';
  if (upgrade !== undefined) {
    if (!isFieldValue(upgrade)) return 'malformed Upgrade';
    text += `Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n`;
  }
  return { text: `${text}\r\n`, framing };
}

function framingOf(length: string | undefined, hasBody: boolean): BodyFraming | undefined {
  if (hasBody) return length === undefined ? CHUNKED : { kind: 'length', length: Number(length) };
  return length === undefined || Number(length) === 0 ? NONE : undefined;
}
