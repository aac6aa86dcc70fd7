import type { Fault } from '@rollcall/contracts';
import { parseDocument } from 'yaml';
import { isReservedPrefix } from '../routing/reserved-paths';
import { routeName, type Route } from '../routing/route';
import type { RoutePolicy } from '../routing/route-policy';
import { layered } from './policy-keys';
import { routesFileSchema, type FileRoute } from './routes-file-schema';

export type ParsedRoutes =
  | { readonly routes: readonly Route[] }
  /** Everything that is wrong with it; a file with a fault is refused whole. */
  | { readonly faults: readonly Fault[] };

/** @param defaults what a route gets that neither it nor the file's `defaults` says */
export function parseRoutesFile(text: string, defaults: RoutePolicy): ParsedRoutes {
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0)
    return { faults: document.errors.map(({ message }) => ({ path: '', message })) };
  const content: unknown = document.toJS({ maxAliasCount: 100 });
  const result = routesFileSchema.validate(content, {
    abortEarly: false,
    errors: { wrap: { label: false } },
  });
  if (result.error !== undefined)
    return { faults: result.error.details.map(({ path, message }) => ({ path: path.join('.'), message })) };

  const { routes: given, defaults: fileDefaults = {} } = result.value;
  const routes = given.map((route) => toRoute(route, layered(fileDefaults, defaults)));
  const faults = faultsAmong(routes);
  return faults.length > 0 ? { faults } : { routes };
}

function toRoute(given: FileRoute, defaults: RoutePolicy): Route {
  return {
    service: given.service,
    pathPrefix: given.path_prefix,
    ...(given.host === undefined ? {} : { host: given.host }),
    ...(given.methods === undefined ? {} : { methods: given.methods }),
    stripPrefix: given.strip_prefix ?? false,
    source: 'file',
    policy: layered(given, defaults),
  };
}

/** Faults that no route has by itself. */
function faultsAmong(routes: readonly Route[]): readonly Fault[] {
  return routes.flatMap((route, index) => {
    const path = `routes.${index}.path_prefix`;
    if (isReservedPrefix(route.pathPrefix))
      return [{ path, message: `${route.pathPrefix} is the gateway's own path` }];
    const earlier = routes.slice(0, index).find((other) => isSameKey(other, route));
    return earlier === undefined
      ? []
      : [{ path, message: `${routeName(route)} is there twice for one method` }];
  });
}

function isSameKey(a: Route, b: Route): boolean {
  if (a.pathPrefix !== b.pathPrefix || a.host !== b.host) return false;
  return (
    a.methods === undefined || b.methods === undefined || a.methods.some((one) => b.methods?.includes(one))
  );
}
