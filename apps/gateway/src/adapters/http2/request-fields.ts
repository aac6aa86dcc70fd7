import type { OutgoingHttpHeaders } from 'node:http2';
import { grpcContentType } from '../../grpc/grpc-request';
import { fieldName } from '../../headers/field-name';
import type { OutgoingRequest } from '../../ports/transport';
import { outgoingFields } from '../http2-common/outgoing-fields';

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

/** Of one connection of HTTP/1.1: with them a message would say in two ways where it ends. */
const SET_HERE: ReadonlySet<string> = new Set(['connection', 'transfer-encoding', 'upgrade']);

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
  const named = headers.names.find((name) => SET_HERE.has(name));
  if (named !== undefined) return `${named} is set by the gateway and cannot be passed on`;
  const lengths = headers.all('content-length');
  if (lengths.length > 1 || !lengths.every((value) => /^\d{1,15}$/.test(value)))
    return 'Content-Length is not exactly one number';
  const length = lengths[0] === undefined ? undefined : Number(lengths[0]);
  if (body === null && length !== undefined && length > 0) return 'a Content-Length without a body';
  const fields: OutgoingHttpHeaders = outgoingFields(headers.toRaw());
  delete fields['host'];
  if (body === null) delete fields['trailer'];
  fields[':method'] = method;
  fields[':scheme'] = origin.protocol.slice(0, -1);
  fields[':authority'] = headers.get('host') ?? origin.host;
  fields[':path'] = path;
  // gRPC asks for it, to find proxies that drop trailers; this one passes them on.
  const isGrpc = grpcContentType(request) !== undefined;
  if (isGrpc) fields['te'] = 'trailers';
  // Calls of gRPC have no length and no trailers either. To wait for them costs a frame more, here and at the instance.
  const mayHaveTrailers =
    body !== null && (fields['trailer'] !== undefined || (length === undefined && !isGrpc));
  return { fields, length, mayHaveTrailers };
}
