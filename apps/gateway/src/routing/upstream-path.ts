import type { RequestTarget } from './request-target';
import type { Route } from './route';

/** The path and query that an instance is asked for; `basePath` is the path of its own address, or empty. */
export function upstreamPath(
  route: Pick<Route, 'pathPrefix' | 'stripPrefix'>,
  { path, query }: RequestTarget,
  basePath: string,
): string {
  const rest = route.stripPrefix && route.pathPrefix !== '/' ? pathBeneath(path, route.pathPrefix) : path;
  return basePath + rest + query;
}

/**
 * What of a path lies beneath a prefix that all of its readings begin with (`matchTarget`), so that it stands there as it
 * is. One slash leads it: `//x` and `/\x` are an authority, and no path, to some who read them (RFC 3986 §4.2).
 */
export function pathBeneath(path: string, pathPrefix: string): string {
  const rest = path.slice(pathPrefix === '/' ? 0 : pathPrefix.length);
  return /^[/\\]{2}|^$/.test(rest) ? `/${rest.replace(/^[/\\]+/, '')}` : rest;
}

/**
 * The prefix that callers see and instances do not, for `X-Forwarded-Prefix`: with it an application makes links that lead
 * back here. Where the prefix is rewritten it takes the place of the application's own.
 */
export function hiddenPrefix({ pathPrefix, stripPrefix, policy }: Route): string | undefined {
  if (policy.rewritePrefix !== undefined) return pathPrefix;
  return stripPrefix && pathPrefix !== '/' ? pathPrefix : undefined;
}

/**
 * `upstreamPath` the other way: where callers find what an instance calls `path`, which may end with a query and a
 * fragment. Prefixes change places by whole segments. Of those that the path begins with the longest one decides, so that
 * a path which has the callers' prefix already stays as it is.
 *
 * @param forwardedPrefix what the instance got in `X-Forwarded-Prefix`
 * @returns `undefined` for what callers do not find beneath this route
 */
export function callerPath(
  { pathPrefix, policy: { rewritePrefix = '' } }: Pick<Route, 'pathPrefix' | 'policy'>,
  path: string,
  { basePath, forwardedPrefix }: { readonly basePath: string; readonly forwardedPrefix: string },
): string | undefined {
  const theirs = basePath + withoutSlash(rewritePrefix);
  const ours = withoutSlash(pathPrefix);
  const isTheirs = isBeneath(path, theirs);
  const stays = (prefix: string): boolean =>
    isBeneath(path, prefix) && (!isTheirs || prefix.length >= theirs.length);
  if (stays(ours) || stays(withoutSlash(forwardedPrefix))) return path;
  if (!isTheirs) return undefined;
  const rest = path.slice(theirs.length);
  // Without a prefix in front `//x` would name another host, see `pathBeneath`.
  return ours === '' ? rest.replace(/^\/*/, '/') : ours + rest;
}

function isBeneath(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && /^[/?#]?$/.test(path.charAt(prefix.length));
}

function withoutSlash(prefix: string): string {
  return prefix === '/' ? '' : prefix;
}
