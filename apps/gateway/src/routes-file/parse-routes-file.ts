import type { Fault } from '@rollcall/contracts';
import type { NamedKey } from '../routing/policy-rules';
import { isReservedPrefix } from '../routing/reserved-paths';
import { routeName, type Route } from '../routing/route';
import type { RoutePolicy } from '../routing/route-policy';
import { collectApiKeys } from './api-keys';
import { checkedBy } from './checked-by';
import { parseYaml } from './parse-yaml';
import { policyFaults } from './policy-faults';
import { layered } from './policy-keys';
import { routesFileSchema, type FileRoute } from './routes-file-schema';

export type ParsedRoutes =
  | { readonly routes: readonly Route[] }
  /** Everything that is wrong with it; a file with a fault is refused whole. */
  | { readonly faults: readonly Fault[] };

export interface ParseOptions {
  /** What a route gets that neither it nor the file's `defaults` says. */
  readonly defaults: RoutePolicy;
  /** The text of `api_keys_file`. Throws when there is none. */
  readonly readBeside: (path: string) => string;
}

export function parseRoutesFile(text: string, { defaults, readBeside }: ParseOptions): ParsedRoutes {
  const document = parseYaml(text);
  if ('faults' in document) return document;
  const checked = checkedBy(routesFileSchema, document.content);
  if ('faults' in checked) return checked;
  const { routes: given, defaults: fileDefaults = {}, api_keys, api_keys_file } = checked.value;
  const collected = collectApiKeys(api_keys, api_keys_file, readBeside);
  if ('faults' in collected) return collected;

  const beneath = layered(fileDefaults, defaults);
  const routes = given.map((route) => toRoute(route, layered(route, beneath), collected.keys));
  const faults = [...faultsAmong(routes), ...policyFaults(routes, collected.keys)];
  return faults.length > 0 ? { faults } : { routes };
}

function toRoute(given: FileRoute, policy: RoutePolicy, keys: readonly NamedKey[]): Route {
  const { apiKey } = policy;
  return {
    service: given.service,
    pathPrefix: given.path_prefix,
    ...(given.host === undefined ? {} : { host: given.host }),
    ...(given.methods === undefined ? {} : { methods: given.methods }),
    stripPrefix: given.strip_prefix ?? false,
    source: 'file',
    ...(given.announced === 'off' && { closed: true }),
    policy: apiKey === undefined ? policy : { ...policy, apiKey: { ...apiKey, keys } },
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
