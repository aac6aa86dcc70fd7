import { prefixSegments } from './path-segments';
import type { RouteKey } from './route';

export type RouteMatch<R> =
  | { readonly kind: 'found'; readonly route: R }
  /** The path is routed, but not for this method. */
  | { readonly kind: 'wrong-method'; readonly allow: readonly string[] }
  | { readonly kind: 'none' };

/** An immutable set of routes, replaced whole. */
export interface RouteTable<R extends RouteKey> {
  readonly routes: readonly R[];
  /**
   * The longest prefix of `path` (without query) that takes the method and the host (lower case, without port); of two
   * with one prefix the one that names the host. Takes as long for a thousand routes as for one.
   */
  match(method: string, host: string, path: string): RouteMatch<R>;
}

interface Node<R> {
  readonly children: Map<string, Node<R>>;
  readonly routes: R[];
}

export function createRouteTable<R extends RouteKey>(routes: readonly R[]): RouteTable<R> {
  const root = emptyNode<R>();
  for (const route of [...routes].sort(namedHostsFirst)) {
    let node = root;
    for (const segment of prefixSegments(route.pathPrefix)) node = childOf(node, segment);
    node.routes.push(route);
  }

  return {
    routes,
    match(method, host, path) {
      let best: R | undefined;
      const refused: R[] = [];
      for (let node: Node<R> | undefined = root, from = 1; node !== undefined; ) {
        const here = node.routes.filter((route) => route.host === undefined || route.host === host);
        const taker = here.find((route) => takes(route, method));
        if (taker !== undefined) best = taker;
        else refused.push(...here);
        if (from > path.length) break;
        const slash = path.indexOf('/', from);
        const end = slash === -1 ? path.length : slash;
        node = node.children.get(path.slice(from, end));
        from = end + 1;
      }
      if (best !== undefined) return { kind: 'found', route: best };
      return refused.length > 0 ? { kind: 'wrong-method', allow: allowedBy(refused) } : { kind: 'none' };
    },
  };
}

function emptyNode<R>(): Node<R> {
  return { children: new Map(), routes: [] };
}

function childOf<R>(node: Node<R>, segment: string): Node<R> {
  const kept = node.children.get(segment);
  if (kept !== undefined) return kept;
  const child = emptyNode<R>();
  node.children.set(segment, child);
  return child;
}

function namedHostsFirst(a: RouteKey, b: RouteKey): number {
  return Number(a.host === undefined) - Number(b.host === undefined);
}

function takes({ methods }: RouteKey, method: string): boolean {
  return methods === undefined || methods.includes(method) || (method === 'HEAD' && methods.includes('GET'));
}

function allowedBy(routes: readonly RouteKey[]): readonly string[] {
  const methods = new Set(routes.flatMap((route) => route.methods ?? []));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}
