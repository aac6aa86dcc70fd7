import type { Fault } from '@rollcall/contracts';
import type { NamedKey } from '../routing/policy-rules';
import type { Route } from '../routing/route';

/** What keys say that cannot go together. Looked for in what is in force, so that `defaults` are heard too. */
export function policyFaults(routes: readonly Route[], keys: readonly NamedKey[]): readonly Fault[] {
  const names = new Set(keys.map(({ name }) => name));
  return routes.flatMap((route, index) =>
    faultsOf(route, names).map(([key, message]) => ({ path: `routes.${index}.${key}`, message })),
  );
}

function faultsOf(
  { policy, stripPrefix }: Route,
  names: ReadonlySet<string>,
): [key: string, message: string][] {
  const faults: [string, string][] = [];
  const { apiKey, rateLimit, rewritePrefix } = policy;
  if (stripPrefix && rewritePrefix !== undefined)
    faults.push(['rewrite', 'goes not together with strip_prefix: both say what becomes of the prefix']);
  if (rateLimit?.by === 'key' && apiKey === undefined)
    faults.push(['rate_limit.by', 'is key, and the route asks for no api_key']);
  if (apiKey !== undefined && names.size === 0)
    faults.push(['api_key', 'lets nobody in: there are no api_keys in the file']);
  for (const name of apiKey?.names ?? [])
    if (!names.has(name)) faults.push(['api_key.names', `${name} is not among api_keys`]);
  return faults;
}
