import { isDeepStrictEqual } from 'node:util';
import type { AnnouncedRoute, Instance, RouteClaim } from '@rollcall/contracts';
import { announcementOf, isSameRoute, type Announcement } from './announcement';

/** What is another now: routes that are no more, and routes that are new. One that goes on is the very same object. */
export interface RouteChanges {
  readonly gone: readonly Announcement[];
  readonly added: readonly Announcement[];
}

/** The routes of one service. */
export interface ServiceRoutes {
  readonly routes: Iterable<Announcement>;
  /** Paths that the registry keeps for it. */
  readonly claims: readonly RouteClaim[];
  /** Those of whom it last heard. */
  readonly instances: readonly Instance[];
  /** Costs what has changed, and a look at each instance. */
  update(instances: readonly Instance[], claims: readonly RouteClaim[]): RouteChanges;
}

/** A route as one instance announces it. */
interface Word {
  readonly instance: Instance;
  readonly route: AnnouncedRoute;
}

const NOTHING: RouteChanges = { gone: [], added: [] };

/**
 * Follows what the instances of a service announce, one route a prefix and host. Instances that disagree on the rest of a
 * route are heard in the order in which they registered: the first one's word stands while it is registered. A path that
 * no instance announces stays a route as long as the registry keeps it for the service, so that requests wait for its return.
 */
export function createServiceRoutes(service: string): ServiceRoutes {
  let instances: readonly Instance[] = [];
  let claims: readonly RouteClaim[] = [];
  let known = new Map<string, Instance>();
  const words = new Map<string, Word[]>();
  const kept = new Map<string, RouteClaim>();
  const routes = new Map<string, Announcement>();

  function forget(instance: Instance, touched: Set<string>): void {
    for (const route of instance.routes) {
      const name = nameOf(route);
      const left = words.get(name)?.filter((word) => word.instance !== instance) ?? [];
      if (left.length > 0) words.set(name, left);
      else words.delete(name);
      touched.add(name);
    }
  }

  function hear(instance: Instance, touched: Set<string>): void {
    for (const route of instance.routes) {
      const name = nameOf(route);
      const heard = words.get(name) ?? [];
      if (heard.some((word) => word.instance === instance)) continue;
      const at = heard.findIndex((word) => isOlder(instance, word.instance));
      heard.splice(at < 0 ? heard.length : at, 0, { instance, route });
      words.set(name, heard);
      touched.add(name);
    }
  }

  function keep(standing: readonly RouteClaim[], touched: Set<string>): void {
    for (const name of kept.keys()) touched.add(name);
    kept.clear();
    for (const claim of standing) {
      kept.set(nameOf(claim), claim);
      touched.add(nameOf(claim));
    }
  }

  function settle(touched: Iterable<string>): RouteChanges {
    const gone: Announcement[] = [];
    const added: Announcement[] = [];
    for (const name of touched) {
      const before = routes.get(name);
      const source = words.get(name)?.[0]?.route ?? kept.get(name);
      if (before !== undefined && source !== undefined && isSameRoute(source, before)) continue;
      if (before !== undefined) gone.push(before);
      if (source === undefined) routes.delete(name);
      else {
        const after = announcementOf(service, source);
        routes.set(name, after);
        added.push(after);
      }
    }
    return { gone, added };
  }

  return {
    routes: { [Symbol.iterator]: () => routes.values() },
    get claims() {
      return claims;
    },
    get instances() {
      return instances;
    },
    update(listed, standing) {
      const touched = new Set<string>();
      const next = new Map<string, Instance>();
      const news: Instance[] = [];
      for (const instance of listed) {
        const before = known.get(instance.instance_id);
        const goesOn = before !== undefined && isSameWord(before, instance);
        next.set(instance.instance_id, goesOn ? before : instance);
        if (!goesOn) news.push(instance);
      }
      for (const [id, before] of known) if (next.get(id) !== before) forget(before, touched);
      for (const instance of news) hear(instance, touched);
      if (standing !== claims) keep(standing, touched);
      [instances, claims, known] = [listed, standing, next];
      return touched.size === 0 ? NOTHING : settle(touched);
    },
  };
}

function nameOf({ host = '', path_prefix: prefix }: AnnouncedRoute | RouteClaim): string {
  return host + prefix;
}

/** Whether a life goes on with the routes that it had: most news are of something else. */
function isSameWord(before: Instance, after: Instance): boolean {
  return (
    before === after ||
    (before.epoch === after.epoch &&
      before.registered_at === after.registered_at &&
      isDeepStrictEqual(before.routes, after.routes))
  );
}

function isOlder(a: Instance, b: Instance): boolean {
  return a.registered_at < b.registered_at || (a.registered_at === b.registered_at && a.epoch < b.epoch);
}
