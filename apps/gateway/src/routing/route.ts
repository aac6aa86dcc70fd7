import type { RoutePolicy } from './route-policy';

/** What of a request decides on its route. */
export interface RouteKey {
  /** `/` or `/a/b`, without a trailing slash. Matches on whole segments. */
  readonly pathPrefix: string;
  /** Lower case, without port; any when absent. */
  readonly host?: string;
  /** Upper case; any when absent. GET stands for HEAD too. */
  readonly methods?: readonly string[];
}

/** Where requests go and how they are treated on the way. */
export interface Route extends RouteKey {
  readonly service: string;
  /** The prefix is taken off the path before it is forwarded. */
  readonly stripPrefix: boolean;
  readonly source: 'file' | 'announced';
  /** For a route of the file: nothing that is announced beneath it is taken (`announced: off`). */
  readonly closed?: boolean;
  readonly policy: RoutePolicy;
  /** For an announced route: the name of the file's route, around it, whose policies it has. */
  readonly policiesOf?: string;
}

/** The prefix with the host in front where the route has one, for people: `shop.example/products`. */
export function routeName(route: RouteKey): string {
  return (route.host ?? '') + route.pathPrefix;
}
