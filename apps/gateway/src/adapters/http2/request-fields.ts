import type { OutgoingHttpHeaders } from 'node:http2';
import { fieldName } from '../../headers/field-name';
import type { OutgoingRequest } from '../../ports/transport';

export interface RequestFields {
  /** Pseudo fields and fields, as Node's http2 takes them. */
  readonly fields: OutgoingHttpHeaders;
  /** Bytes of the body, where the request says how many. */
  readonly length: number | undefined;
  /** Trailers may come behind the body. */
  readonly mayHaveTrailers: boolean;
}

/** RFC 9113 §8.3.1: visible characters; Latin-1 as they came. */
const TARGET = /^[\x21-\x7e\x80-\xff]+$/;

/** Fields of a connection, which HTTP/2 does not have (RFC 9113 §8.2.2), and Host, which is `:authority` there. */
const LEFT_OUT: ReadonlySet<string> = new Set(['host', 'http2-settings', 'keep-alive', 'proxy-connection']);

/**
 * The fields of a request to an instance that speaks HTTP/2.
 *
 * @param origin of the instance; its host is the authority for callers of HTTP/1.0 who name none
 * @returns what is wrong, where it cannot be sent
 */
export function requestFields(request: OutgoingRequest, origin: URL): RequestFields | string {
  const { method, path, headers, body } = request;
  if (fieldName(method) === undefined) return 'malformed method';
  if (!TARGET.test(path)) return 'malformed path: a space, a control character or one outside Latin-1';
  if (headers.malformed !== undefined) return `malformed field ${JSON.stringify(headers.malformed)}`;
  // Without a prototype: a field may be called __proto__.
  const fields = Object.create(null) as OutgoingHttpHeaders;
  fields[':method'] = method;
  fields[':scheme'] = origin.protocol.slice(0, -1);
  fields[':authority'] = headers.get('host') ?? origin.host;
  fields[':path'] = path;
  let length: number | undefined;
  const { names } = headers;
  const raw = headers.toRaw();
  for (let place = 0; place < names.length; place += 1) {
    const name = names[place] ?? '';
    const value = raw[2 * place + 1] ?? '';
    if (LEFT_OUT.has(name)) continue;
    if (name === 'transfer-encoding' || name === 'upgrade' || name === 'connection')
      return `${name} is set by the gateway and cannot be passed on`;
    if (name === 'content-length') {
      if (length !== undefined || !/^\d{1,15}$/.test(value))
        return 'Content-Length is not exactly one number';
      length = Number(value);
    }
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [String(before), value];
  }
  if (body === null && length !== undefined && length > 0) return 'a Content-Length without a body';
  // gRPC asks for it, to find proxies that drop trailers; this one passes them on.
  if (isGrpc(fields['content-type'])) fields['te'] = 'trailers';
  const mayHaveTrailers = body !== null && (length === undefined || fields['trailer'] !== undefined);
  return { fields, length, mayHaveTrailers };
}

function isGrpc(type: OutgoingHttpHeaders[string]): boolean {
  return typeof type === 'string' && type.startsWith('application/grpc');
}
