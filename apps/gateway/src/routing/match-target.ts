import type { SourcedKey } from './file-cover';
import type { RequestTarget } from './request-target';
import { isReservedPath } from './reserved-paths';
import type { RouteMatch, RouteTable } from './route-table';

export type TargetMatch<R> =
  | RouteMatch<R>
  /** Servers read the path in several ways, which do not all lead to one route. */
  | { readonly kind: 'ambiguous' };

/** The route that a request's target leads to, however its path is read. */
export function matchTarget<R extends SourcedKey>(
  table: Pick<RouteTable<R>, 'match'>,
  method: string,
  { host, path, readings }: RequestTarget,
): TargetMatch<R> {
  if (readings === undefined) return table.match(method, host, path);
  let agreed: RouteMatch<R> | undefined;
  for (const reading of readings) {
    if (isReservedPath(reading)) return { kind: 'ambiguous' };
    const match = table.match(method, host, reading);
    if (agreed !== undefined && !isSame(match, agreed)) return { kind: 'ambiguous' };
    agreed ??= match;
  }
  return agreed ?? { kind: 'none' };
}

function isSame<R>(a: RouteMatch<R>, b: RouteMatch<R>): boolean {
  return a.kind === b.kind && (a.kind !== 'found' || b.kind !== 'found' || a.route === b.route);
}
