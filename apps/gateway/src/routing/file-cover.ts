import type { RouteKey } from './route';

/** What of a route decides whether the routes file or an announcement serves a request that both have a route for. */
export interface SourcedKey extends RouteKey {
  readonly service: string;
  readonly source: 'file' | 'announced';
  /** For a route of the file: nothing that is announced beneath it is taken (`announced: off`). */
  readonly closed?: boolean;
}

type Cover = Omit<SourcedKey, 'source'>;
type Announced = Omit<SourcedKey, 'source' | 'closed'>;

/**
 * Whether a request that `cover`, a route of the file, takes stays with it although a longer prefix is announced. The
 * file's route is its service's alone, with all beneath it; `/` stands for what no other route takes, so there every
 * service may announce its own paths.
 */
export function overrules(cover: Cover, route: Announced): boolean {
  return cover.closed === true || (cover.service !== route.service && cover.pathPrefix !== '/');
}

/**
 * Whether a request that `cover` does not take, for its method alone, is kept from an announced route of the same prefix
 * or a longer one. Which methods of a service are open is the file's word; another service may have the others.
 */
export function forbids(cover: Cover, route: Announced): boolean {
  return cover.closed === true || cover.service === route.service;
}

/** Whether some request could match both methods and hosts. */
export function overlaps(a: RouteKey, b: RouteKey): boolean {
  const { methods: others } = b;
  return (
    (a.host === undefined || b.host === undefined || a.host === b.host) &&
    (a.methods === undefined || others === undefined || a.methods.some((method) => others.includes(method)))
  );
}

/** Whether `cover` takes every request for `route`, as far as host and method decide. */
export function coversWhole(cover: RouteKey, route: RouteKey): boolean {
  const { methods } = cover;
  return (
    (cover.host === undefined || cover.host === route.host) &&
    (methods === undefined || (route.methods?.every((method) => methods.includes(method)) ?? false))
  );
}
