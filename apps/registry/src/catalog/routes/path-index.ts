import { pathName, type PathClaim, type PathKey } from './path-claim';

/** A claim with who holds it. */
export interface HeldPath {
  readonly serviceName: string;
  readonly claim: PathClaim;
}

/**
 * Claims by prefix and host, one a key. What stands in the way of a new one is found on its own path and by counts of
 * what lies beneath it, so it costs as much among a hundred thousand as among ten.
 */
export interface PathIndex {
  at(key: PathKey): HeldPath | undefined;
  /** The service's own claim, for the very same host, to this path or one around it. */
  covering(key: PathKey, serviceName: string): HeldPath | undefined;
  /**
   * What another service holds, so that the key cannot be given away: the key itself, or, unless one of the two is
   * named in the tokens file, a path around it or inside it for a host that overlaps.
   */
  rivalOf(key: PathKey & { readonly named?: true }, serviceName: string): HeldPath | undefined;
  add(held: HeldPath): void;
  remove(key: PathKey): void;
}

/** Stands for "any host" as a key; no host has an empty name. */
const ANY = '';

interface Node {
  readonly children: Map<string, Node>;
  /** By host. */
  readonly here: Map<string, HeldPath>;
  /** How many claims lie beneath, those that may nest left out: by host and service. */
  readonly beneath: Map<string, Map<string, number>>;
}

export function createPathIndex(): PathIndex {
  const byName = new Map<string, HeldPath>();
  const root = emptyNode();

  /** The nodes from the root down to the key's own, as far as there are any. */
  function nodesTo(key: PathKey): readonly Node[] {
    const nodes = [root];
    let node: Node | undefined = root;
    for (const segment of segmentsOf(key)) {
      node = node.children.get(segment);
      if (node === undefined) break;
      nodes.push(node);
    }
    return nodes;
  }

  return {
    at: (key) => byName.get(pathName(key)),
    covering(key, serviceName) {
      for (const { here } of nodesTo(key)) {
        const held = here.get(key.host ?? ANY);
        if (held?.serviceName === serviceName) return held;
      }
      return undefined;
    },
    rivalOf(key, serviceName) {
      const holder = byName.get(pathName(key));
      if (holder !== undefined && holder.serviceName !== serviceName) return holder;
      if (key.named === true) return undefined;
      const nodes = nodesTo(key);
      for (const { here } of nodes) {
        const rival = rivalIn(here, key.host, serviceName);
        if (rival !== undefined) return rival;
      }
      const own = nodes.length > segmentsOf(key).length ? nodes.at(-1) : undefined;
      return own && rivalBeneath(own, key.host, serviceName);
    },
    add(held) {
      const { claim, serviceName } = held;
      const host = claim.host ?? ANY;
      byName.set(pathName(claim), held);
      let node = root;
      for (const segment of segmentsOf(claim)) {
        if (claim.named !== true) count(node, host, serviceName, 1);
        node = childOf(node, segment);
      }
      node.here.set(host, held);
    },
    remove(key) {
      const held = byName.get(pathName(key));
      if (held === undefined) return;
      const host = key.host ?? ANY;
      byName.delete(pathName(key));
      const nodes = nodesTo(key);
      const segments = segmentsOf(key);
      nodes.at(-1)?.here.delete(host);
      for (let depth = segments.length - 1; depth >= 0; depth -= 1) {
        const [parent, child, segment] = [nodes[depth], nodes[depth + 1], segments[depth]];
        if (parent === undefined || child === undefined || segment === undefined) continue;
        if (held.claim.named !== true) count(parent, host, held.serviceName, -1);
        if (child.here.size === 0 && child.children.size === 0) parent.children.delete(segment);
      }
    },
  };
}

function emptyNode(): Node {
  return { children: new Map(), here: new Map(), beneath: new Map() };
}

function childOf(node: Node, segment: string): Node {
  const known = node.children.get(segment);
  if (known !== undefined) return known;
  const child = emptyNode();
  node.children.set(segment, child);
  return child;
}

function segmentsOf({ pathPrefix }: PathKey): readonly string[] {
  return pathPrefix === '/' ? [] : pathPrefix.slice(1).split('/');
}

function count({ beneath }: Node, host: string, serviceName: string, by: 1 | -1): void {
  const services = beneath.get(host) ?? new Map<string, number>();
  const now = (services.get(serviceName) ?? 0) + by;
  if (now > 0) services.set(serviceName, now);
  else services.delete(serviceName);
  if (services.size > 0) beneath.set(host, services);
  else beneath.delete(host);
}

/** A service's own claims are bounded, so a claim of another service behind them is found quickly. */
function* overlapping<T>(byHost: ReadonlyMap<string, T>, host: string | undefined): Generator<T, void> {
  if (host === undefined) return yield* byHost.values();
  for (const key of [ANY, host]) {
    const value = byHost.get(key);
    if (value !== undefined) yield value;
  }
}

function rivalIn(
  here: ReadonlyMap<string, HeldPath>,
  host: string | undefined,
  serviceName: string,
): HeldPath | undefined {
  for (const held of overlapping(here, host))
    if (held.serviceName !== serviceName && held.claim.named !== true) return held;
  return undefined;
}

function rivalBeneath(node: Node, host: string | undefined, serviceName: string): HeldPath | undefined {
  if (!isSharedBeneath(node, host, serviceName)) return undefined;
  for (const child of node.children.values()) {
    const rival = rivalIn(child.here, host, serviceName) ?? rivalBeneath(child, host, serviceName);
    if (rival !== undefined) return rival;
  }
  return undefined;
}

function isSharedBeneath({ beneath }: Node, host: string | undefined, serviceName: string): boolean {
  for (const services of overlapping(beneath, host))
    if (services.size > 1 || !services.has(serviceName)) return true;
  return false;
}
