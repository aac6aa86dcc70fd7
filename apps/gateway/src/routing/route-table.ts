import { forbids, overrules, type SourcedKey } from './file-cover';
import { prefixSegments, withoutCase } from './path-segments';
import type { RouteKey } from './route';
import { childOf, emptyNode, enter, forHost, leave, ofAll, type Node } from './route-tree';

export type RouteMatch<R> =
  | { readonly kind: 'found'; readonly route: R }
  /** The path is routed, but not for this method. */
  | { readonly kind: 'wrong-method'; readonly allow: readonly string[]; readonly routes: readonly R[] }
  /** A server that reads the path in another way would answer for another route. */
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'none' };

/** All routes. Each is entered and taken out by itself, so a change costs what it changes and not what there is. */
export interface RouteTable<R extends SourcedKey> {
  /** Those of the file first, then in the order in which they came. */
  readonly routes: readonly R[];
  add(route: R): void;
  remove(route: R): void;
  /**
   * The route of a request for `path` (without query) at `host` (lower case, without port). Takes as long for a thousand
   * routes as for one.
   *
   * The longest prefix decides, and of two with one prefix the one that names the host. Where that one does not take the
   * method the request is refused: a shorter prefix, or a route for every host, may lack the guard that it has.
   *
   * A route of the file is overtaken only by a longer prefix that is announced, and only where it lets it (`overrules`);
   * the answer is then what `beneath` makes of the two.
   *
   * A path that leads to another route when letter case is ignored, as many servers do, is `ambiguous`. Of prefixes of
   * one source that differ in nothing else, the one that is written as the path is the path's. What leads to no route as
   * it came stays without one: it is not forwarded.
   */
  match(method: string, host: string, path: string): RouteMatch<R>;
  /** Whether nothing in `path` from that index on, nor how it is read, can make it another route's. */
  isDecidedBefore(index: number, path: string): boolean;
}

/** @param beneath the announced `route` as it serves requests that `cover`, a route of the file, takes too */
export function createRouteTable<R extends SourcedKey>(beneath: (route: R, cover: R) => R): RouteTable<R> {
  const root = emptyNode<R>();
  const all = { file: new Set<R>(), announced: new Set<R>() };

  return {
    get routes() {
      return [...all.file, ...all.announced];
    },
    add(route) {
      if (all[route.source].has(route)) return;
      all[route.source].add(route);
      let node = root;
      for (const segment of prefixSegments(route.pathPrefix)) node = childOf(node, segment);
      enter(node, route);
    },
    remove(route) {
      if (all[route.source].delete(route)) leave(root, prefixSegments(route.pathPrefix), 0, route);
    },
    match(method, host, path) {
      // Those of each source that are for this host, of the longest prefix that has any.
      let file: readonly R[] | undefined;
      let announced: readonly R[] | undefined;
      let isDeeper = false;
      let mayDiffer = false;
      for (let node: Node<R> | undefined = root, from = 1; node !== undefined; ) {
        const here = forHost(node.file, host);
        if (here !== undefined) {
          file = here;
          announced = undefined;
        }
        const asked = forHost(node.announced, host);
        if (asked !== undefined) {
          announced = asked;
          isDeeper = here === undefined;
        }
        if (node.children.size === 0 || from > path.length) break;
        const slash = path.indexOf('/', from);
        const end = slash === -1 ? path.length : slash;
        const segment = path.slice(from, end);
        const child: Node<R> | undefined = node.children.get(segment);
        // Where requests go by the prefix that is written as they are, and none has a twin, nothing is compared.
        if (child === undefined) mayDiffer ||= node.alike.has(withoutCase(segment));
        else if (node.twins > 0) mayDiffer ||= (node.alike.get(withoutCase(segment))?.length ?? 0) > 1;
        node = child;
        from = end + 1;
      }
      const match = resolved(file, announced, isDeeper, method);
      return mayDiffer && match.kind === 'found' && differs(match.route, method, host, path)
        ? { kind: 'ambiguous' }
        : match;
    },
    isDecidedBefore(index, path) {
      for (let node = root, from = 1; ; ) {
        if (node.children.size === 0 && node !== root) return true;
        const slash = path.indexOf('/', from);
        if (node.twins > 0 || slash === -1 || slash > index) return false;
        const segment = path.slice(from, slash);
        const child = node.children.get(segment);
        if (child === undefined) return !node.alike.has(withoutCase(segment));
        node = child;
        from = slash + 1;
      }
    },
  };

  /** Whether the path would be another route's for who ignores letter case. */
  function differs(route: R, method: string, host: string, path: string): boolean {
    let file: readonly R[] | undefined;
    let announced: readonly R[] | undefined;
    let isDeeper = false;
    let same: Node<R> | undefined = root;
    let alike: readonly Node<R>[] = [root];
    for (let from = 1; alike.length > 0; ) {
      const here = forHost(same?.file, host) ?? ofAll(alike, 'file', host);
      if (here !== undefined) {
        file = here;
        announced = undefined;
      }
      const asked = forHost(same?.announced, host) ?? ofAll(alike, 'announced', host);
      if (asked !== undefined) {
        announced = asked;
        isDeeper = here === undefined;
      }
      if (from > path.length) break;
      const slash = path.indexOf('/', from);
      const end = slash === -1 ? path.length : slash;
      const segment = path.slice(from, end);
      const folded = withoutCase(segment);
      same = same?.children.get(segment);
      alike = alike.flatMap((node) => node.alike.get(folded) ?? []);
      from = end + 1;
    }
    const match = resolved(file, announced, isDeeper, method);
    return match.kind !== 'found' || match.route !== route;
  }

  function resolved(
    file: readonly R[] | undefined,
    announced: readonly R[] | undefined,
    isDeeper: boolean,
    method: string,
  ): RouteMatch<R> {
    if (file === undefined) return ofOneSource(announced, method);
    if (announced === undefined) return ofOneSource(file, method);
    return ofBoth(file, announced, isDeeper, method);
  }

  function ofBoth(
    file: readonly R[],
    announced: readonly R[],
    isDeeper: boolean,
    method: string,
  ): RouteMatch<R> {
    const cover = takerAmong(file, method);
    if (cover === undefined) {
      const left = announced.filter((route) => !file.some((one) => forbids(one, route)));
      const other = takerAmong(left, method);
      return other === undefined ? wrongMethod([...file, ...left]) : { kind: 'found', route: other };
    }
    let isOvertaken = false;
    if (isDeeper)
      for (const route of announced) {
        if (overrules(cover, route)) continue;
        if (takes(route, method)) return { kind: 'found', route: beneath(route, cover) };
        isOvertaken = true;
      }
    return isOvertaken ? wrongMethod(announced) : { kind: 'found', route: cover };
  }
}

function ofOneSource<R extends SourcedKey>(routes: readonly R[] | undefined, method: string): RouteMatch<R> {
  if (routes === undefined) return { kind: 'none' };
  const route = takerAmong(routes, method);
  return route === undefined ? wrongMethod(routes) : { kind: 'found', route };
}

function takerAmong<R extends RouteKey>(routes: readonly R[], method: string): R | undefined {
  for (const route of routes) if (takes(route, method)) return route;
  return undefined;
}

function takes({ methods }: RouteKey, method: string): boolean {
  return methods === undefined || methods.includes(method) || (method === 'HEAD' && methods.includes('GET'));
}

function wrongMethod<R extends RouteKey>(routes: readonly R[]): RouteMatch<R> {
  const methods = new Set(routes.flatMap((route) => route.methods ?? []));
  if (methods.has('GET')) methods.add('HEAD');
  return { kind: 'wrong-method', allow: [...methods].sort(), routes };
}
