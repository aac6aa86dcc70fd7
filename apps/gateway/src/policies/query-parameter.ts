import type { RequestTarget } from '../routing/request-target';

/** The first value of a query parameter, decoded. */
export function queryParameter({ query }: RequestTarget, name: string): string | undefined {
  return query === '' ? undefined : (new URLSearchParams(query).get(name) ?? undefined);
}

/** The target without that parameter; everything else is left exactly as it was spelled. */
export function withoutQueryParameter(target: RequestTarget, name: string): RequestTarget {
  const pairs = target.query.slice(1).split('&');
  const kept = pairs.filter((pair) => !new URLSearchParams(pair).has(name));
  return { ...target, query: kept.length === 0 ? '' : `?${kept.join('&')}` };
}
