import { routeName } from '../routing/route';
import type { Upstreams } from './upstreams';
import type { RoutesInForce } from './routes-in-force';

/** Names of services and routes that exist or are remembered; metrics of all other names may be dropped. */
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
