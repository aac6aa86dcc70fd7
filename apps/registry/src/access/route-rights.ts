import { announcedRouteSchema } from '@rollcall/contracts';
import { isWithin, pathName, type PathKey } from '../catalog/routes/path-claim';

/** Paths that a caller may announce for a service. */
export type RouteRights =
  /** Every path that no other service holds. */
  | { readonly kind: 'any' }
  /** Nothing is said of it: `/<service_name>`, and what the service holds already. */
  | { readonly kind: 'usual' }
  /** These, each with everything inside it. */
  | { readonly kind: 'named'; readonly paths: readonly PathKey[] };

/** The default permissions. */
export const USUAL_RIGHTS: RouteRights = { kind: 'usual' };

/** What stands in a tokens file: `/products`, `shop.example/products`, or `*` for everything. */
export type RouteRight = PathKey | '*';

/** @returns `undefined` when the text is no right */
export function parseRouteRight(text: string): RouteRight | undefined {
  if (text === '*') return text;
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const host = slash === 0 ? {} : { host: text.slice(0, slash) };
  const { value, error } = announcedRouteSchema.validate({ ...host, path_prefix: text.slice(slash) });
  if (error !== undefined) return undefined;
  return { pathPrefix: value.path_prefix, ...(value.host === undefined ? {} : { host: value.host }) };
}

/** As in a tokens file: the inverse of `parseRouteRight`. */
export function routeRightText(right: RouteRight): string {
  return right === '*' ? right : pathName(right);
}

/** @param named what the caller's token and the service's entry of the file name; `undefined` when neither does */
export function routeRights(named: readonly RouteRight[] | undefined): RouteRights {
  if (named === undefined) return USUAL_RIGHTS;
  const paths = named.filter((right) => right !== '*');
  return paths.length < named.length ? { kind: 'any' } : { kind: 'named', paths };
}

/** A right without a host is for routes without one: a host of its own has to be named. */
export function namesPath(paths: readonly PathKey[], wanted: PathKey): boolean {
  return paths.some(
    ({ host, pathPrefix }) => host === wanted.host && isWithin(wanted.pathPrefix, pathPrefix),
  );
}
