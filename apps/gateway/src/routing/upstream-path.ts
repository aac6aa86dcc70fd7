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
