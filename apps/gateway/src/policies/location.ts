import { forwardedPrefix } from '../headers/request-passes';
import type { Route } from '../routing/route';
import { callerPath, hiddenPrefix, upstreamPath } from '../routing/upstream-path';
import { withCookiePath } from './cookie-path';
import type { Policy, PolicyRequest } from './policy';
import type { AnsweringInstance } from './policy-decisions';

/**
 * An instance that does not know the prefix by which it is reached redirects to paths, and sets cookies for paths, that
 * lead callers elsewhere. This puts the prefix back, as `proxy_redirect` and `proxy_cookie_path` of nginx or
 * `ProxyPassReverse` of Apache do.
 */
export const locationPolicy: Policy = {
  name: 'location',
  compile(route) {
    if (!rewritesLocation(route)) return undefined;
    return (request, decisions) => {
      decisions.responseEdits.push((headers, from) => {
        if (from === undefined) return;
        const answer: Answer = {
          route,
          request,
          from,
          path: upstreamPath(route, decisions.target, from.basePath),
        };
        for (const name of ['location', 'content-location'])
          headers.replace(name, (value) => callerReference(value, answer));
        headers.replace('set-cookie', (value) => withCookiePath(value, (path) => toCaller(path, answer)));
      });
      return undefined;
    };
  },
};

/** Whether a route has this policy: without a hidden prefix there is nothing to put back. */
export function rewritesLocation(route: Route): boolean {
  return route.policy.rewritesLocation === true && hiddenPrefix(route) !== undefined;
}

interface Answer {
  readonly route: Route;
  readonly request: PolicyRequest;
  readonly from: AnsweringInstance;
  /** What the instance was asked for. */
  readonly path: string;
}

/** An http URL or a reference without a scheme (RFC 3986 §4.2). A browser reads `\` as `/`, others do not: malformed. */
const REFERENCE = /^(?:(?:(https?):)?\/\/([^/?#\\]*))?([^?#\\]*)([?#].*)?$/i;
const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/** @returns the reference by which a caller reaches what the instance means by `value`; `value` for what is elsewhere */
function callerReference(value: string, answer: Answer): string {
  const match = REFERENCE.exec(value);
  if (match === null) return value;
  const [, scheme, authority, path = '', rest = ''] = match;
  if (authority === undefined && !path.startsWith('/'))
    return path === '' || HAS_SCHEME.test(path) ? value : relativeReference(value, path, rest, answer);

  const whose = authority === undefined ? 'own' : ownerOf(scheme?.toLowerCase(), authority, answer);
  if (whose === 'foreign') return value;
  const found = toCaller(withoutDots(path === '' ? '/' : path), answer);
  if (found === undefined) return value;
  // The gateway does not know by what scheme the caller has come to a proxy in front of it: a path says the same.
  if (whose === 'own') return found.replace(/^\/+/, '/') + rest;
  return value.slice(0, value.length - path.length - rest.length) + found + rest;
}

/**
 * Resolved by the caller it mostly comes to the same, as both know the end of the path. Not so at the prefix itself, which
 * an instance may see as `/`, nor for `..` that leads out of the prefix.
 */
function relativeReference(value: string, path: string, rest: string, answer: Answer): string {
  const found = toCaller(resolved(path, answer.path), answer);
  return found === undefined || found === resolved(path, answer.request.target.path) ? value : found + rest;
}

function toCaller(
  path: string,
  { route, request: { headers, facts }, from: { basePath } }: Answer,
): string | undefined {
  const { pathPrefix } = route;
  return callerPath(route, path, {
    basePath,
    forwardedPrefix: facts.peerTrusted ? forwardedPrefix(headers, pathPrefix) : pathPrefix,
  });
}

/** The owner of an authority: the instance, this gateway as the caller addressed it, or another host. */
function ownerOf(
  scheme: string | undefined,
  authority: string,
  { request: { headers, facts }, from: { origin } }: Answer,
): 'own' | 'asked' | 'foreign' {
  const [ownScheme = '', ownAuthority = ''] = origin.split('://');
  const read = withoutDefaultPort(authority, scheme ?? ownScheme);
  if (read === ownAuthority && (scheme === undefined || scheme === ownScheme)) return 'own';
  const asked = [facts.host, ...(facts.peerTrusted ? headers.all('x-forwarded-host') : [])];
  const isAsked = asked.some(
    (host) => host !== '' && withoutDefaultPort(host, scheme ?? facts.scheme) === read,
  );
  return isAsked ? 'asked' : 'foreign';
}

function withoutDefaultPort(authority: string, scheme: string): string {
  return authority.toLowerCase().replace(scheme === 'https' ? /:(?:443)?$/ : /:(?:80)?$/, '');
}

/** Before a prefix stands in front of them, as `/..` would take it off again. */
function withoutDots(path: string): string {
  return DOT_SEGMENT.test(path) ? new URL(`http://host${path}`).pathname : path;
}

/** RFC 3986 §5.2 for paths. */
function resolved(path: string, base: string): string {
  return URL.canParse(path, `http://host${base}`) ? new URL(path, `http://host${base}`).pathname : path;
}
