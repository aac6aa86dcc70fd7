import { METHODS } from 'node:http';
import type { AppError } from '@rollcall/service-kit';
import { gatewayError } from '../../errors';
import { headerListOf } from '../../headers/header-list';
import type { ReceivedHead } from '../../ports/caller';

/** Most bytes of a request's fields, as HTTP/2 counts them; as many as HTTP/1.1 takes of a head. */
export const MAX_HEADER_LIST_BYTES = 16_384;
/** RFC 9113 §6.5.2: what each field counts besides its name and value. */
const FIELD_OVERHEAD = 32;

/** Those that HTTP/1.1's parser knows: a method that one protocol forwards and the other refuses would be a surprise. */
const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);

/** What is the same for all requests of a connection. */
type Peer = Pick<ReceivedHead, 'peer' | 'clientCertificate'>;

export type HeadReading = { readonly head: ReceivedHead } | { readonly error: AppError };

/**
 * Reads the head of a request of HTTP/2, as what it would be over HTTP/1.1: `:authority` is Host, cookies are one field.
 * nghttp2 has refused malformed ones (RFC 9113 §8.2 and §8.3), except for what is judged here.
 *
 * @param raw name, value, name, value …, pseudo-header fields included
 */
export function readHead(raw: readonly string[], { peer, clientCertificate }: Peer): HeadReading {
  let method = '';
  let path = '';
  let authority: string | undefined;
  let host: string | undefined;
  let bytes = 0;
  let cookieAt = -1;
  const fields: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const value = raw[at + 1] ?? '';
    bytes += name.length + value.length + FIELD_OVERHEAD;
    if (name === ':method') method = value;
    else if (name === ':path') path = value;
    else if (name === ':authority') authority = value;
    else if (name === 'host') host = value;
    else if (name.startsWith(':')) continue;
    else if (name === 'cookie' && cookieAt !== -1) fields[cookieAt] += `; ${value}`;
    else {
      if (name === 'cookie') cookieAt = fields.length + 1;
      fields.push(name, value);
    }
  }
  if (bytes > MAX_HEADER_LIST_BYTES) return { error: gatewayError('HEADERS_TOO_LARGE') };
  if (!KNOWN_METHODS.has(method)) return { error: unknownMethod(method) };
  // Two that differ would be read as the one here and as the other behind (RFC 9113 §8.3.1).
  if (authority !== undefined && host !== undefined && authority.toLowerCase() !== host.toLowerCase())
    return {
      error: gatewayError('BAD_REQUEST', { message: 'The request has a Host other than its :authority.' }),
    };
  const named = authority ?? host;
  if (named !== undefined) fields.unshift('host', named);
  const headers = headerListOf(fields);
  return { head: { method, url: path, headers, httpVersion: '2.0', peer, clientCertificate } };
}

function unknownMethod(method: string): AppError {
  return gatewayError('METHOD_NOT_IMPLEMENTED', {
    message: `This server does not know the method ${method}. Methods are case-sensitive: GET, POST, PUT, PATCH, DELETE …`,
  });
}
