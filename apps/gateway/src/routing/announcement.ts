import type { AnnouncedRoute, Instance } from '@rollcall/contracts';
import { routeName, type RouteKey } from './route';

/** A route that instances of a service ask for. Times are whole epoch seconds. */
export interface Announcement extends RouteKey {
  readonly service: string;
  readonly stripPrefix: boolean;
  /** Registration of the oldest instance that announces it. */
  readonly since: number;
  /**
   * All who make it are entries of the older calls. They have no lease and are never evicted: one that is off the list was
   * deregistered by its owner, so nobody waits for its return.
   */
  readonly endsWithEntry?: boolean;
}

/** What entries of the older calls are marked with. */
export const OLDER_CALL_TAG = 'older-call';

/**
 * What the instances of one service announce, one entry a prefix and host. Instances that disagree on the rest of a
 * route are heard in the order in which they registered: the first one's word stands while it is registered.
 */
export function announcementsOf(instances: readonly Instance[]): readonly Announcement[] {
  const byName = new Map<string, Announcement>();
  for (const instance of [...instances].sort(olderFirst))
    for (const route of instance.routes) {
      const announcement = toAnnouncement(instance, route);
      const name = routeName(announcement);
      const first = byName.get(name);
      if (first === undefined) byName.set(name, announcement);
      else if (first.endsWithEntry === true && announcement.endsWithEntry !== true)
        byName.set(name, { ...first, endsWithEntry: false });
    }
  return [...byName.values()];
}

/** Whether an instance asks for exactly this route. */
export function announces(instance: Instance, wanted: RouteKey & { readonly stripPrefix: boolean }): boolean {
  return instance.routes.some((route) => sameRoute(toAnnouncement(instance, route), wanted));
}

export function sameRoute(
  a: RouteKey & { readonly stripPrefix: boolean },
  b: RouteKey & { readonly stripPrefix: boolean },
): boolean {
  return (
    a.pathPrefix === b.pathPrefix &&
    a.host === b.host &&
    a.stripPrefix === b.stripPrefix &&
    methodsOf(a) === methodsOf(b)
  );
}

function toAnnouncement(instance: Instance, route: AnnouncedRoute): Announcement {
  return {
    service: instance.service_name,
    pathPrefix: route.path_prefix,
    ...(route.host === undefined ? {} : { host: route.host }),
    ...(route.methods === undefined ? {} : { methods: route.methods }),
    stripPrefix: route.strip_prefix ?? false,
    since: instance.registered_at,
    ...(instance.tags.includes(OLDER_CALL_TAG) && { endsWithEntry: true }),
  };
}

function methodsOf({ methods }: RouteKey): string {
  return [...(methods ?? ['*'])].sort().join();
}

function olderFirst(a: Instance, b: Instance): number {
  return a.registered_at - b.registered_at || a.epoch - b.epoch;
}
