import { readDocument, type DocumentFault } from '@rollcall/service-kit';
import type { ParsedRoutes } from '../ports/routes-source';
import type { JwtIssuer, NamedKey } from '../routing/policy-rules';
import { isReservedPrefix } from '../routing/reserved-paths';
import { routeName, type Route } from '../routing/route';
import type { RoutePolicy } from '../routing/route-policy';
import { collectApiKeys, placedKeys, type FileBeside } from './api-keys';
import { policyContradictions, routeContradictions, type Contradiction } from './contradictions';
import { collectIssuers } from './jwt-issuers';
import { parseYaml } from './parse-yaml';
import { layered } from './policy-keys';
import { routesFileSchema, type FileRoute } from './routes-file-schema';

export interface ParseOptions {
  /** Its name, for faults. */
  readonly file: string;
  /** What a route gets that neither it nor the file's `defaults` says. */
  readonly defaults: RoutePolicy;
  /** Where this gateway is, `ZONE`; without it the picker `zone_first` has nothing to go by. */
  readonly zone?: string | undefined;
  /** Whether an issuer's keys may be fetched without TLS: where this machine's own addresses may be asked. Default false. */
  readonly allowsPlainHttp?: boolean;
  /** A file that this one names. */
  readonly readBeside: (path: string) => FileBeside;
}

/** The routes of a text, or all of its faults with their lines. Pure but for `readBeside`. */
export function parseRoutesFile(
  text: string,
  { file, defaults, zone, allowsPlainHttp = false, readBeside }: ParseOptions,
): ParsedRoutes {
  const document = readDocument(text, {
    parse: parseYaml,
    schema: routesFileSchema,
    smallest: 'version: 1 and routes: []',
    items: {
      routes: { noun: 'route', by: 'path_prefix' },
      api_keys: { noun: 'API key', by: 'name' },
      jwt_issuers: { noun: 'issuer', by: 'name' },
    },
  });
  const refuse = (faults: readonly DocumentFault[]): ParsedRoutes => ({
    faults: faults.map((fault) => ({ file, ...fault })),
  });
  if ('faults' in document) return refuse(document.faults);
  const { value, fault } = document;
  const {
    routes: given,
    defaults: fileDefaults = {},
    api_keys: keysHere = [],
    api_keys_file: keysFile,
    jwt_issuers: givenIssuers = [],
  } = value;
  const beside = keysFile === undefined ? undefined : readBeside(keysFile);
  if (beside !== undefined && 'why' in beside)
    return refuse([fault(['api_keys_file'], `${beside.file} cannot be read: ${beside.why}`)]);
  const collected = collectApiKeys(placedKeys(keysHere, file, fault), beside);
  if ('faults' in collected) return collected;

  const { keys } = collected;
  const read = collectIssuers(givenIssuers, { allowsPlainHttp, readBeside, fault });
  if ('faults' in read) return refuse(read.faults);
  const { issuers } = read;
  const names = { keys: namesOf(keys), issuers: namesOf(issuers) };
  const beneath = layered(fileDefaults, defaults);
  const policies = given.map((route) => layered(route, beneath));
  const at = (
    path: readonly (string | number)[],
    found: readonly Contradiction[],
  ): readonly DocumentFault[] => found.map(([key, message]) => fault([...path, ...key.split('.')], message));
  const faults = [
    ...at(['defaults'], policyContradictions(fileDefaults, beneath, zone)),
    ...given.flatMap((route, index) => {
      const policy = policies[index] ?? beneath;
      return at(
        ['routes', index],
        [
          ...prefixFaults(given, index, (other) => fault(['routes', other], '').line),
          ...policyContradictions(route, policy, zone),
          ...routeContradictions(route, policy, names),
        ],
      );
    }),
  ];
  if (keys.length > 0 && [beneath, ...policies].every(({ apiKey }) => apiKey === undefined))
    faults.push(
      fault(
        [keysFile === undefined ? 'api_keys' : 'api_keys_file'],
        'has no effect, since no route requires a key: add api_key: {} to the routes that should, or remove it',
      ),
    );
  for (const [index, { name }] of issuers.entries())
    if (![beneath, ...policies].some(({ jwt }) => jwt?.names.includes(name)))
      faults.push(
        fault(['jwt_issuers', index], 'has no effect, since no route has it among jwt.issuers: remove it'),
      );
  if (faults.length > 0) return refuse(faults);
  const routes = given.map((route, index) => toRoute(route, policies[index] ?? beneath, keys, issuers));
  return { routes: withClaimHeaders(routes) };
}

function namesOf(named: readonly { readonly name: string }[]): ReadonlySet<string> {
  return new Set(named.map(({ name }) => name));
}

function toRoute(
  given: FileRoute,
  policy: RoutePolicy,
  keys: readonly NamedKey[],
  issuers: readonly JwtIssuer[],
): Route {
  const { apiKey, jwt } = policy;
  return {
    service: given.service,
    pathPrefix: given.path_prefix,
    ...(given.host === undefined ? {} : { host: given.host }),
    ...(given.methods === undefined ? {} : { methods: given.methods }),
    stripPrefix: given.strip_prefix ?? false,
    source: 'file',
    ...(given.announced === 'off' && { closed: true }),
    policy: {
      ...policy,
      ...(apiKey && { apiKey: { ...apiKey, keys } }),
      ...(jwt && { jwt: { ...jwt, issuers: issuers.filter(({ name }) => jwt.names.includes(name)) } }),
    },
  };
}

/** The headers of claims are those of a service: see `RoutePolicy.claimHeaders`. */
function withClaimHeaders(routes: readonly Route[]): readonly Route[] {
  const byService = new Map<string, readonly string[]>();
  for (const { service, policy } of routes) {
    const headers = Object.values(policy.jwt?.claimsToHeaders ?? {}).map((header) => header.toLowerCase());
    if (headers.length > 0)
      byService.set(service, [...new Set([...(byService.get(service) ?? []), ...headers])].sort());
  }
  if (byService.size === 0) return routes;
  return routes.map((route) => {
    const claimHeaders = byService.get(route.service);
    return claimHeaders === undefined ? route : { ...route, policy: { ...route.policy, claimHeaders } };
  });
}

/** Faults that no route has by itself. */
function prefixFaults(
  routes: readonly FileRoute[],
  index: number,
  lineOf: (index: number) => number,
): readonly Contradiction[] {
  const route = routes[index];
  if (route === undefined) return [];
  if (isReservedPrefix(route.path_prefix))
    return [['path_prefix', 'is reserved for the gateway itself: choose another path']];
  const earlier = routes.findIndex((other) => isSameKey(other, route));
  if (earlier === index) return [];
  const name = routeName({ pathPrefix: route.path_prefix, ...(route.host && { host: route.host }) });
  return [
    ['path_prefix', `${name} is a duplicate: line ${lineOf(earlier)} has the same path, host and method`],
  ];
}

function isSameKey(a: FileRoute, b: FileRoute): boolean {
  if (a.path_prefix !== b.path_prefix || a.host !== b.host) return false;
  return (
    a.methods === undefined || b.methods === undefined || a.methods.some((one) => b.methods?.includes(one))
  );
}
