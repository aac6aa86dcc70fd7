import { readHost } from '@rollcall/contracts';
import { readingsOf, type SeveralReadings } from './path-readings';

/** The request's target (RFC 9112 §3.2), taken apart. */
export interface RequestTarget {
  /** As it was sent, without the query; `*` is the server as a whole. */
  readonly path: string;
  /** Every way in which servers read the path (`readingsOf`), where it is not read as it came by all. */
  readonly readings?: SeveralReadings;
  /** With its `?`; empty where there is none. */
  readonly query: string;
  /** Lower case, without port and root dot; empty when the request names none. */
  readonly host: string;
  /** The authority as the upstream is to see it, when the target named one (absolute form). */
  readonly authority?: string;
}

const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._~!$&'()*+,;=-]*)(?::\d{0,5})?$/i;
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;

/** @returns the parts of the target, or the fault as a sentence */
export function parseRequestTarget(
  url: string,
  hostHeader: string | undefined,
): RequestTarget | { fault: string } {
  const absolute = url.startsWith('/') ? null : ABSOLUTE.exec(url);
  if (absolute === null) return parts(url, hostHeader ?? '');
  const [, authority = '', rest = ''] = absolute;
  // RFC 9110 §4.2.1: such a URL without a host is invalid, and who reads it leniently takes the path for one.
  if (authority === '') return { fault: 'Malformed request target: a URL without a host.' };
  // RFC 9112 §3.2.2: the target's authority wins over the Host header.
  const target = parts(rest.startsWith('/') ? rest : `/${rest}`, authority);
  return 'fault' in target ? target : { ...target, authority };
}

function parts(origin: string, authority: string): RequestTarget | { fault: string } {
  if (!origin.startsWith('/') && origin !== '*')
    return { fault: 'Malformed request target: neither a path nor an http URL.' };
  const match = AUTHORITY.exec(authority);
  if (match === null)
    return { fault: 'Malformed Host: not a host name or IP address with an optional port.' };
  const question = origin.indexOf('?');
  const path = question === -1 ? origin : origin.slice(0, question);
  const read = readingsOf(path);
  if ('fault' in read) return read;
  const target = {
    path,
    query: question === -1 ? '' : origin.slice(question),
    host: hostOf(match[1] ?? ''),
  };
  return read.several === undefined ? target : { ...target, readings: read.several };
}

/** As routes have it: `readHost`, which most hosts need not be put through. */
function hostOf(text: string): string {
  if (text.startsWith('[')) {
    const read = readHost(text);
    return 'host' in read ? read.host : text.toLowerCase();
  }
  return (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
}
