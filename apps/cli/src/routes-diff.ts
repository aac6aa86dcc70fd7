import { isDeepStrictEqual } from 'node:util';
import type { FileRouteView } from '@rollcall/gateway/for-operators';

/** One route that a file would add, remove or change. */
export interface RouteChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly route: string;
  /** For people, a line each: the fields that differ, before and after. */
  readonly fields: readonly string[];
}

/** What identifies a route: methods, host and path, as people write a request. */
export function routeKey({
  methods,
  host,
  path_prefix,
}: Pick<FileRouteView, 'methods' | 'host' | 'path_prefix'>): string {
  return `${methods === undefined ? '' : `${[...methods].sort().join(',')} `}${host ?? ''}${path_prefix}`;
}

/** What replaces the routes `before` by those `after`, in the order of their paths; their order in a file has no meaning. */
export function diffRoutes(
  before: readonly FileRouteView[],
  after: readonly FileRouteView[],
): readonly RouteChange[] {
  const old = new Map(before.map((route) => [routeKey(route), route]));
  const next = new Map(after.map((route) => [routeKey(route), route]));
  const keys = [...new Set([...old.keys(), ...next.keys()])].sort();
  return keys.flatMap((route): readonly RouteChange[] => {
    const was = old.get(route);
    const is = next.get(route);
    if (was === undefined)
      return [{ change: 'added', route, fields: is === undefined ? [] : [`service: ${is.service}`] }];
    if (is === undefined) return [{ change: 'removed', route, fields: [`service: ${was.service}`] }];
    const fields = differences(was, is);
    return fields.length === 0 ? [] : [{ change: 'changed', route, fields }];
  });
}

const COMPARED = [
  'service',
  'strip_prefix',
  'picker',
  'timeouts',
  'retries',
  'max_in_flight',
  'policies',
] as const;

function differences(was: FileRouteView, is: FileRouteView): readonly string[] {
  return COMPARED.filter((field) => !isDeepStrictEqual(was[field], is[field])).map(
    (field) => `${field}: ${JSON.stringify(was[field])} → ${JSON.stringify(is[field])}`,
  );
}
