import { didYouMean } from '@rollcall/service-kit';
import type { ApiKeyRule, JwtRule } from '../routing/policy-rules';
import { FORWARDED_METHODS } from '../forwarded-methods';
import type { RoutePolicy } from '../routing/route-policy';
import type { FilePolicy } from './policy-keys';
import type { FileRoute } from './routes-file-schema';

/** A fault in a route or in `defaults`: the key, with dots, and the rest of the sentence that begins with it. */
export type Contradiction = readonly [key: string, message: string];

/**
 * Keys of `given` that conflict with others or have no effect beside them. Their author believes that they work, and a
 * guard without effect is noticed last of all. A key of `defaults` that one route does not need is no fault of the route.
 *
 * @param policy what it comes to
 * @param zone of this gateway
 */
export function policyContradictions(
  given: FilePolicy,
  policy: RoutePolicy,
  zone: string | undefined,
): readonly Contradiction[] {
  const { picker, ring_hash: ring, slow_start_ms: slowStartMs = 0, retries = {}, timeouts = {} } = given;
  const { attempt_timeout_ms: attemptMs, idempotency_key: byKey, grpc_status: grpcStatus } = retries;
  const found: Contradiction[] = [];
  if (ring !== undefined && picker !== undefined && picker !== 'ring_hash')
    found.push(['ring_hash', `has no effect with picker ${picker}: set picker: ring_hash, or remove it`]);
  if (picker === 'zone_first' && zone === undefined)
    found.push(['picker', 'zone_first has no effect without ZONE: set it to the zone of this gateway']);
  if (slowStartMs > 0 && policy.picker === 'ring_hash')
    found.push(['slow_start_ms', 'has no effect with picker ring_hash: remove it, or choose another picker']);
  if (policy.maxAttempts === 1) {
    const why = 'has no effect where retries.attempts is 1: remove it, or allow 2 attempts';
    if (attemptMs !== undefined) found.push(['retries.attempt_timeout_ms', why]);
    if (byKey === true) found.push(['retries.idempotency_key', why]);
    if (grpcStatus !== undefined && grpcStatus !== 'off') found.push(['retries.grpc_status', why]);
  } else if (attemptMs !== undefined && attemptMs >= policy.headersTimeoutMs)
    found.push(['retries.attempt_timeout_ms', isNeverOver(policy)]);
  if (timeouts.connect_ms !== undefined && timeouts.connect_ms >= policy.headersTimeoutMs)
    found.push(['timeouts.connect_ms', isNeverOver(policy)]);
  return found;
}

function isNeverOver({ headersTimeoutMs }: RoutePolicy): string {
  return `is never reached: timeouts.headers_ms ends all attempts after ${headersTimeoutMs}`;
}

/** The names that the top of a file gives. */
export interface FileNames {
  /** Of the callers who have API keys. */
  readonly keys: ReadonlySet<string>;
  /** Of issuers of tokens. */
  readonly issuers: ReadonlySet<string>;
}

/** The same for what only a route can say. */
export function routeContradictions(
  given: FileRoute,
  policy: RoutePolicy,
  { keys: keyNames, issuers }: FileNames,
): readonly Contradiction[] {
  const { path_prefix: prefix, methods, strip_prefix: strips, rewrite, location } = given;
  const { apiKey, jwt, rateLimit, rewritePrefix, cors, mirror } = policy;
  const found: Contradiction[] = [];
  for (const method of methods ?? [])
    if (!FORWARDED_METHODS.includes(method))
      found.push([
        'methods',
        `contains ${method}, which is not an HTTP method that the gateway forwards${meant(method, FORWARDED_METHODS)}`,
      ]);
  if (strips === true && prefix === '/')
    found.push(['strip_prefix', 'has no effect with path_prefix /: remove it']);
  if (strips === true && rewritePrefix !== undefined)
    found.push(['rewrite', 'conflicts with strip_prefix, since both replace the prefix: remove one of them']);
  if (rewrite !== undefined && rewritePrefix === prefix)
    found.push(['rewrite', 'has no effect, since its prefix equals path_prefix: remove it']);
  if (location === 'rewrite' && strips !== true && rewritePrefix === undefined)
    found.push(['location', 'has no effect without strip_prefix or rewrite: add one of them, or remove it']);
  const unasked = cors?.methods?.filter((method) => methods !== undefined && !takes(methods, method)) ?? [];
  if (unasked.length > 0)
    found.push(['cors.methods', `contains ${unasked.join(', ')}, which the route's methods do not include`]);
  if (mirror?.service === given.service)
    found.push([
      'mirror.service',
      `is ${mirror.service}, the service of the route itself, which would get each request twice: name another, or write mirror: off`,
    ]);
  const uncopied = mirror?.methods.filter((method) => methods !== undefined && !takes(methods, method)) ?? [];
  if (given.mirror !== undefined && uncopied.length > 0 && uncopied.length === mirror?.methods.length)
    found.push(['mirror', `copies nothing: it is for ${uncopied.join(', ')}, which the route does not take`]);
  if (rateLimit?.by === 'key' && apiKey === undefined)
    found.push([
      'rate_limit.by',
      'is key, but the route requires no API key: add api_key, or set by: client',
    ]);
  if (rateLimit?.by.startsWith('claim:') && jwt === undefined)
    found.push([
      'rate_limit.by',
      `is ${rateLimit.by}, but the route requires no token: add jwt, or set by: client`,
    ]);
  for (const name of jwt?.names ?? [])
    if (!issuers.has(name))
      found.push([
        'jwt.issuers',
        `contains ${name}, which is not the name of an issuer in jwt_issuers${meant(name, issuers)}`,
      ]);
  const twice = firstTwice(Object.values(jwt?.claimsToHeaders ?? {}).map((header) => header.toLowerCase()));
  if (twice !== undefined)
    found.push(['jwt.claims_to_headers', `has two claims for the header ${twice}: give each its own`]);
  if (jwt !== undefined && apiKey !== undefined && isSamePlace(jwt, apiKey))
    found.push(['jwt.from', 'is where api_key looks too: give one of them another place']);
  if (apiKey !== undefined && keyNames.size === 0)
    found.push([
      'api_key',
      'accepts no caller, since no keys are configured: add api_keys or api_keys_file at the top of the file',
    ]);
  else
    for (const name of apiKey?.names ?? [])
      if (!keyNames.has(name))
        found.push([
          'api_key.names',
          `contains ${name}, which is not the name of a key in api_keys${meant(name, keyNames)}`,
        ]);
  return found;
}

function isSamePlace({ from }: JwtRule, { where }: ApiKeyRule): boolean {
  return from.some((place) =>
    'header' in place
      ? 'header' in where && where.header.toLowerCase() === place.header.toLowerCase()
      : 'query' in place && 'query' in where && where.query === place.query,
  );
}

function firstTwice(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}

function takes(methods: readonly string[], method: string): boolean {
  return methods.includes(method) || (method === 'HEAD' && methods.includes('GET'));
}

function meant(written: string, words: Iterable<string>): string {
  const word = didYouMean(written, [...words]);
  return word === undefined ? '' : `: did you mean ${word}?`;
}
