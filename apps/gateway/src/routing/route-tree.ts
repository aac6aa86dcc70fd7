import type { SourcedKey } from './file-cover';
import { withoutCase } from './path-segments';

/** Routes of one prefix and one source. Lists are replaced, never changed: most have one route. */
interface Routes<R> {
  anyHost: readonly R[] | undefined;
  readonly byHost: Map<string, readonly R[]>;
}

/** A segment of the prefixes that begin alike. */
export interface Node<R> {
  readonly children: Map<string, Node<R>>;
  /** The same ones by `withoutCase` of their segment. */
  readonly alike: Map<string, readonly Node<R>[]>;
  /** How many of the lists of `alike` have more than one. */
  twins: number;
  file: Routes<R> | undefined;
  announced: Routes<R> | undefined;
}

export function emptyNode<R>(): Node<R> {
  return { children: new Map(), alike: new Map(), twins: 0, file: undefined, announced: undefined };
}

export function childOf<R>(node: Node<R>, segment: string): Node<R> {
  const kept = node.children.get(segment);
  if (kept !== undefined) return kept;
  const child = emptyNode<R>();
  node.children.set(segment, child);
  setAlike(node, segment, (others) => [...others, child]);
  return child;
}

export function enter<R extends SourcedKey>(node: Node<R>, route: R): void {
  const routes = (node[route.source] ??= { anyHost: undefined, byHost: new Map() });
  const { host } = route;
  if (host === undefined) routes.anyHost = [...(routes.anyHost ?? []), route];
  else routes.byHost.set(host, [...(routes.byHost.get(host) ?? []), route]);
}

/** Empty nodes go with their last route. */
export function leave<R extends SourcedKey>(
  node: Node<R>,
  segments: readonly string[],
  depth: number,
  route: R,
): void {
  const segment = segments[depth];
  if (segment === undefined) {
    takeOut(node, route);
    return;
  }
  const child = node.children.get(segment);
  if (child === undefined) return;
  leave(child, segments, depth + 1, route);
  if (child.children.size === 0 && child.file === undefined && child.announced === undefined) {
    node.children.delete(segment);
    setAlike(node, segment, (all) => all.filter((one) => one !== child));
  }
}

function setAlike<R>(
  node: Node<R>,
  segment: string,
  change: (alike: readonly Node<R>[]) => readonly Node<R>[],
): void {
  const folded = withoutCase(segment);
  const before = node.alike.get(folded) ?? [];
  const after = change(before);
  if (after.length === 0) node.alike.delete(folded);
  else node.alike.set(folded, after);
  node.twins += Number(after.length > 1) - Number(before.length > 1);
}

function takeOut<R extends SourcedKey>(node: Node<R>, route: R): void {
  const routes = node[route.source];
  if (routes === undefined) return;
  const { host } = route;
  const left = (host === undefined ? routes.anyHost : routes.byHost.get(host))?.filter(
    (one) => one !== route,
  );
  const others = left !== undefined && left.length > 0 ? left : undefined;
  if (host === undefined) routes.anyHost = others;
  else if (others === undefined) routes.byHost.delete(host);
  else routes.byHost.set(host, others);
  if (routes.anyHost === undefined && routes.byHost.size === 0) node[route.source] = undefined;
}

export function forHost<R>(routes: Routes<R> | undefined, host: string): readonly R[] | undefined {
  return routes === undefined ? undefined : (routes.byHost.get(host) ?? routes.anyHost);
}

export function ofAll<R extends SourcedKey>(
  nodes: readonly Node<R>[],
  source: R['source'],
  host: string,
): readonly R[] | undefined {
  const routes = nodes.flatMap((node) => forHost(node[source], host) ?? []);
  return routes.length > 0 ? routes : undefined;
}
