import { routeName } from '../routing/route';
import type { Upstreams } from './upstreams';
import type { RoutesInForce } from './routes-in-force';

/** The names of what there is, and of what is still remembered: what is counted by others may be forgotten. */
export interface PresentNames {
  readonly services: ReadonlySet<string>;
  readonly routes: ReadonlySet<string>;
}

export function presentNames(
  { table }: Pick<RoutesInForce, 'table'>,
  upstreams: Pick<Upstreams, 'serviceNames'>,
): PresentNames {
  const { routes } = table;
  return {
    services: new Set([...upstreams.serviceNames(), ...routes.map(({ service }) => service)]),
    routes: new Set(routes.map(routeName)),
  };
}
