import type { AnnouncedRoute, Instance, RouteClaim } from '@rollcall/contracts';
import type { RouteKey } from './route';

/** A route that the registry gave to a service: announced by its instances, or kept for it while it has none. */
export interface Announcement extends RouteKey {
  readonly service: string;
  readonly stripPrefix: boolean;
}

/** Whether an instance asks for exactly this route. */
export function announces(instance: Instance, wanted: Omit<Announcement, 'service'>): boolean {
  for (const route of instance.routes) if (isSameRoute(route, wanted)) return true;
  return false;
}

export function isSameRoute(route: AnnouncedRoute, wanted: Omit<Announcement, 'service'>): boolean {
  return (
    route.path_prefix === wanted.pathPrefix &&
    route.host === wanted.host &&
    (route.strip_prefix ?? false) === wanted.stripPrefix &&
    areSameMethods(route.methods, wanted.methods)
  );
}

export function announcementOf(service: string, route: AnnouncedRoute | RouteClaim): Announcement {
  const { methods, strip_prefix: stripPrefix = false }: Partial<AnnouncedRoute> = route;
  return {
    service,
    pathPrefix: route.path_prefix,
    ...(route.host === undefined ? {} : { host: route.host }),
    ...(methods === undefined ? {} : { methods }),
    stripPrefix,
  };
}

function areSameMethods(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  return a.every((method) => b.includes(method));
}
