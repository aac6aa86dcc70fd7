import type { SourcedKey } from './file-cover';
import type { RequestTarget } from './request-target';
import { isReservedPath, resemblesReserved } from './reserved-paths';
import type { RouteMatch, RouteTable } from './route-table';

/** The route that a request's target leads to, however its path is read. */
export function matchTarget<R extends SourcedKey>(
  table: Pick<RouteTable<R>, 'match' | 'isDecidedBefore'>,
  method: string,
  { host, path, readings }: RequestTarget,
): RouteMatch<R> {
  if (readings === undefined || table.isDecidedBefore(readings.from, path))
    return matchReading(table, method, host, path);
  let agreed: RouteMatch<R> | undefined;
  for (const reading of readings.all()) {
    const match = isReservedPath(reading) ? AMBIGUOUS : matchReading(table, method, host, reading);
    if (match.kind === 'ambiguous' || (agreed !== undefined && !isSame(match, agreed))) return AMBIGUOUS;
    agreed ??= match;
  }
  return agreed ?? { kind: 'none' };
}

const AMBIGUOUS = { kind: 'ambiguous' } as const;

function matchReading<R extends SourcedKey>(
  table: Pick<RouteTable<R>, 'match'>,
  method: string,
  host: string,
  path: string,
): RouteMatch<R> {
  const match = table.match(method, host, path);
  // No route but that for everything could have the gateway's own paths, were it not for the gateway.
  return match.kind === 'found' && match.route.pathPrefix === '/' && resemblesReserved(path)
    ? AMBIGUOUS
    : match;
}

function isSame<R>(a: RouteMatch<R>, b: RouteMatch<R>): boolean {
  return a.kind === b.kind && (a.kind !== 'found' || b.kind !== 'found' || a.route === b.route);
}
