import type { RequestTarget } from './request-target';
import type { Route } from './route';

/** The path and query that an instance is asked for; `basePath` is the path of its own address, or empty. */
export function upstreamPath(
  route: Pick<Route, 'pathPrefix' | 'stripPrefix'>,
  { path, query }: RequestTarget,
  basePath: string,
): string {
  const rest = route.stripPrefix && route.pathPrefix !== '/' ? path.slice(route.pathPrefix.length) : path;
  return basePath + (rest === '' ? '/' : rest) + query;
}
