import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Whether a request asks for this server by a name that is its own. */
export type IsOwnHost = (authority: string) => boolean;

/** Spellings that are remembered: each client has one, and an attacker as many as it likes. */
const MOST_REMEMBERED = 1000;

/**
 * An IP literal is always this server's, and so is localhost: neither can be pointed elsewhere and back again by who
 * serves a web page (DNS rebinding). Other names have to be known here.
 *
 * @param names host names without a port
 */
export function createIsOwnHost(names: readonly string[]): IsOwnHost {
  const own = new Set(['localhost', ...names].flatMap((name) => hostnameOf(name) ?? []));
  // Clients send the same text with every request: parsing it each time would cost as much as a heartbeat's own work.
  const remembered = new Set<string>();

  return (authority) => {
    if (remembered.has(authority)) return true;
    const hostname = hostnameOf(authority);
    if (hostname === undefined || !(isIpLiteral(hostname) || own.has(hostname))) return false;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.add(authority);
    return true;
  };
}

/** Whom a request asks for: the target's own host in absolute form (RFC 9112 §3.2.2), else the `Host` field. */
export function authorityOf({ url = '', headers }: IncomingMessage): string | undefined {
  if (url.startsWith('/') || url === '*') return headers.host;
  return URL.canParse(url) ? new URL(url).host : url;
}

/** In the one spelling that URLs have, without the root's dot; `undefined` for what is no host. */
function hostnameOf(authority: string): string | undefined {
  // What ends a host in a URL, or stands before it.
  if (authority === '' || /[\s/?#@\\]/.test(authority) || !URL.canParse(`http://${authority}`))
    return undefined;
  return new URL(`http://${authority}`).hostname.replace(/\.$/, '');
}

function isIpLiteral(hostname: string): boolean {
  return hostname.startsWith('[') || isIP(hostname) !== 0;
}
