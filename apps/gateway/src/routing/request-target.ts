/** The request's target (RFC 9112 §3.2), taken apart. */
export interface RequestTarget {
  /** As it was sent, without the query; `*` is the server as a whole. */
  readonly path: string;
  /** With its `?`; empty where there is none. */
  readonly query: string;
  /** Lower case, without port; empty when the request names none. */
  readonly host: string;
  /** The authority as the upstream is to see it, when the target named one (absolute form). */
  readonly authority?: string;
}

const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._~!$&'()*+,;=%-]*)(?::\d{0,5})?$/i;
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;
// "%2e" is "." (RFC 3986 §2.3), and an upstream may well decode before it walks up the path.
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/** @returns what is asked for, or a sentence that says why it cannot be answered */
export function parseRequestTarget(
  url: string,
  hostHeader: string | undefined,
): RequestTarget | { fault: string } {
  const absolute = url.startsWith('/') ? null : ABSOLUTE.exec(url);
  if (absolute === null) return parts(url, hostHeader ?? '');
  const [, authority = '', rest = ''] = absolute;
  // RFC 9112 §3.2.2: the target's authority wins over the Host header.
  const target = parts(rest.startsWith('/') ? rest : `/${rest}`, authority);
  return 'fault' in target ? target : { ...target, authority };
}

function parts(origin: string, authority: string): RequestTarget | { fault: string } {
  if (!origin.startsWith('/') && origin !== '*')
    return { fault: 'The target is neither a path nor an http URL.' };
  const match = AUTHORITY.exec(authority);
  if (match === null) return { fault: 'The host is not one.' };
  const question = origin.indexOf('?');
  const path = question === -1 ? origin : origin.slice(0, question);
  if (DOT_SEGMENT.test(path)) return { fault: 'The path must not contain "." or ".." segments.' };
  return {
    path,
    query: question === -1 ? '' : origin.slice(question),
    host: (match[1] ?? '').toLowerCase(),
  };
}
