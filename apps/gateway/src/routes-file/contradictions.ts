import { METHODS } from 'node:http';
import { didYouMean } from '@rollcall/service-kit';
import type { RoutePolicy } from '../routing/route-policy';
import type { FilePolicy } from './policy-keys';
import type { FileRoute } from './routes-file-schema';

/** Keys within a route or `defaults`, with dots, and what is wrong with them. */
export type Contradiction = readonly [key: string, message: string];

/** Node's parser knows no others, and the gateway forwards neither of these two (RFC 9110 §9.3.6, §9.3.8). */
const REQUEST_METHODS: ReadonlySet<string> = new Set(
  METHODS.filter((method) => method !== 'CONNECT' && method !== 'TRACE'),
);

/**
 * What `given` says that cannot be, or that changes nothing because of what stands beside it or beneath it. Whoever wrote
 * it believes that it does something, and a guard that does nothing is found out last of all. What `defaults` say, and a
 * route does not need, is no fault of the route.
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
  const { attempt_timeout_ms: attemptMs, idempotency_key: byKey } = retries;
  const found: Contradiction[] = [];
  if (ring !== undefined && picker !== undefined && picker !== 'ring_hash')
    found.push(['ring_hash', `does nothing with picker ${picker}: write picker: ring_hash, or take it out`]);
  if (picker === 'zone_first' && zone === undefined)
    found.push(['picker', 'zone_first has no effect without ZONE: set it to the zone of this gateway']);
  if (slowStartMs > 0 && policy.picker === 'ring_hash')
    found.push([
      'slow_start_ms',
      'does nothing with picker ring_hash: take it out, or choose another picker',
    ]);
  if (policy.maxAttempts === 1) {
    const why = 'does nothing where retries.attempts is 1: take it out, or allow 2 attempts';
    if (attemptMs !== undefined) found.push(['retries.attempt_timeout_ms', why]);
    if (byKey === true) found.push(['retries.idempotency_key', why]);
  } else if (attemptMs !== undefined && attemptMs >= policy.headersTimeoutMs)
    found.push(['retries.attempt_timeout_ms', isNeverOver(policy)]);
  if (timeouts.connect_ms !== undefined && timeouts.connect_ms >= policy.headersTimeoutMs)
    found.push(['timeouts.connect_ms', isNeverOver(policy)]);
  return found;
}

function isNeverOver({ headersTimeoutMs }: RoutePolicy): string {
  return `is never reached: timeouts.headers_ms ends all attempts after ${headersTimeoutMs}`;
}

/**
 * The same for what only a route can say.
 *
 * @param keyNames the callers who have API keys
 */
export function routeContradictions(
  given: FileRoute,
  policy: RoutePolicy,
  keyNames: ReadonlySet<string>,
): readonly Contradiction[] {
  const { path_prefix: prefix, methods, strip_prefix: strips, rewrite, location } = given;
  const { apiKey, rateLimit, rewritePrefix, cors } = policy;
  const found: Contradiction[] = [];
  for (const method of methods ?? [])
    if (!REQUEST_METHODS.has(method))
      found.push([
        'methods',
        `has ${method}, which no request has that is forwarded${meant(method, REQUEST_METHODS)}`,
      ]);
  if (strips === true && prefix === '/')
    found.push(['strip_prefix', 'does nothing with path_prefix /: take it out']);
  if (strips === true && rewritePrefix !== undefined)
    found.push(['rewrite', 'contradicts strip_prefix: both say what becomes of the prefix, take one out']);
  if (rewrite !== undefined && rewritePrefix === prefix)
    found.push(['rewrite', 'does nothing: its prefix is path_prefix']);
  if (location === 'rewrite' && strips !== true && rewritePrefix === undefined)
    found.push([
      'location',
      'does nothing without strip_prefix or rewrite: write one of them, or take it out',
    ]);
  const unasked = cors?.methods?.filter((method) => methods !== undefined && !takes(methods, method)) ?? [];
  if (unasked.length > 0)
    found.push(['cors.methods', `has ${unasked.join(', ')}, which methods of the route does not take`]);
  if (rateLimit?.by === 'key' && apiKey === undefined)
    found.push(['rate_limit.by', 'is key, and the route asks for no api_key: write one, or by: client']);
  if (apiKey !== undefined && keyNames.size === 0)
    found.push(['api_key', 'lets nobody in: write api_keys or api_keys_file at the top of the file']);
  else
    for (const name of apiKey?.names ?? [])
      if (!keyNames.has(name))
        found.push(['api_key.names', `has ${name}, which is not among api_keys${meant(name, keyNames)}`]);
  return found;
}

function takes(methods: readonly string[], method: string): boolean {
  return methods.includes(method) || (method === 'HEAD' && methods.includes('GET'));
}

function meant(written: string, words: ReadonlySet<string>): string {
  const word = didYouMean(written, [...words]);
  return word === undefined ? '' : `: did you mean ${word}?`;
}
