import { routeName } from '../routing/route';
import type { Fleet } from './fleet';
import type { RouteBook } from './route-book';

/** The names of what there is, and of what is still remembered: what is counted by others may be forgotten. */
export interface PresentNames {
  readonly services: ReadonlySet<string>;
  readonly routes: ReadonlySet<string>;
}

export function presentNames(
  { table }: Pick<RouteBook, 'table'>,
  fleet: Pick<Fleet, 'services'>,
): PresentNames {
  const { routes } = table;
  return {
    services: new Set([...fleet.services(), ...routes.map(({ service }) => service)]),
    routes: new Set(routes.map(routeName)),
  };
}
