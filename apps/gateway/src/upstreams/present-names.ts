import { isRemembered } from '../routing/announcement-memory';
import { routeName } from '../routing/route';
import type { Fleet } from './fleet';
import type { RouteBook } from './route-book';

/** The names of what there is, and of what is still remembered: what is counted by others may be forgotten. */
export interface PresentNames {
  readonly services: ReadonlySet<string>;
  readonly routes: ReadonlySet<string>;
}

/** @param now milliseconds, monotonic */
export function presentNames(
  { table }: Pick<RouteBook, 'table'>,
  fleet: Pick<Fleet, 'services'>,
  now: number,
): PresentNames {
  const known = table.routes.filter((route) => isRemembered(route, now));
  return {
    services: new Set([...fleet.services(), ...known.map(({ service }) => service)]),
    routes: new Set(known.map(routeName)),
  };
}
