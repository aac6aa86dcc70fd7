import type { IncomingMessage } from 'node:http';

/** RFC 3986 §3.2.2 and §3.2.3: a host and perhaps a port; empty where the target has no host. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._~!$&'()*+,;=%-]*)(?::\d*)?$/i;

/**
 * The fault of a request that Node's parser accepts although it is ambiguous: several Host fields, of which Node shows the
 * first, or a body whose length a proxy in front may have read differently. `undefined` for a sound request.
 */
export function messageFault({ rawHeaders, httpVersionMinor }: IncomingMessage): string | undefined {
  let hosts = 0;
  let codings = 0;
  // One pass over the names, by length first: this runs for every request.
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') {
      hosts += 1;
      const host = rawHeaders[index + 1] ?? '';
      // RFC 9112 §3.2.
      if (hosts > 1) return 'The request has more than one Host field; send one.';
      if (!HOST.test(host)) return 'The Host field is not a host name or IP address with an optional port.';
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      codings += 1;
      // RFC 9112 §6.1.
      if (httpVersionMinor === 0)
        return 'A request of HTTP/1.0 cannot have Transfer-Encoding; send it as HTTP/1.1.';
      if (codings > 1 || rawHeaders[index + 1]?.toLowerCase() !== 'chunked')
        return 'The only Transfer-Encoding that this server reads is chunked.';
    }
  }
  return undefined;
}
