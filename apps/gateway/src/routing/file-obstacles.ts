import { coversWhole, overlaps, overrules, type SourcedKey } from './file-cover';
import { prefixSegments } from './path-segments';
import { isReservedPrefix } from './reserved-paths';
import { routeName, type RouteKey } from './route';

/** The part of a route of the routes file that can cover an announcement. */
export type FileClaim = Omit<SourcedKey, 'source'>;

/** What of an announcement the file decides on. */
export type Announced = RouteKey & { readonly service: string };

export type FileVerdict =
  | { readonly kind: 'free' }
  /** The file says already how this service is reached by this path: no conflict, and nothing to add. */
  | { readonly kind: 'in_file' }
  /** `reason`: for `/explain` and the log. */
  | { readonly kind: 'refused'; readonly reason: string };

interface Node {
  readonly inFile: FileClaim[];
  readonly children: Map<string, Node>;
}

const FREE: FileVerdict = { kind: 'free' };

/**
 * The verdict of the gateway's reserved paths and of the routes file on an announcement; conflicts between services are
 * decided by the registry. Only announcements that the file covers whole are refused here; where both have a route for a
 * request, the route table decides.
 */
export function createFileObstacles(
  fileRoutes: readonly FileClaim[],
): (announcement: Announced) => FileVerdict {
  const root = emptyNode();
  for (const route of fileRoutes) {
    let node = root;
    for (const segment of prefixSegments(route.pathPrefix)) {
      const child: Node = node.children.get(segment) ?? emptyNode();
      node.children.set(segment, child);
      node = child;
    }
    node.inFile.push(route);
  }

  return (announcement) => {
    if (isReservedPrefix(announcement.pathPrefix))
      return { kind: 'refused', reason: `${announcement.pathPrefix} is reserved for the gateway itself` };
    const segments = prefixSegments(announcement.pathPrefix);
    const path = [root];
    for (const segment of segments) {
      const child = path.at(-1)?.children.get(segment);
      if (child === undefined) break;
      path.push(child);
    }
    const own = path.length > segments.length ? path.at(-1) : undefined;
    if (own?.inFile.some((route) => isItsOwn(route, announcement))) return { kind: 'in_file' };
    return obstacleOn(path, own, announcement);
  };
}

function emptyNode(): Node {
  return { inFile: [], children: new Map() };
}

function isItsOwn({ service, host }: FileClaim, wanted: Announced): boolean {
  return service === wanted.service && (host === undefined || host === wanted.host);
}

/** The longest prefix of the file decides on whatever requests it takes; shorter ones on what that leaves. */
function obstacleOn(path: readonly Node[], own: Node | undefined, wanted: Announced): FileVerdict {
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const node = path[depth];
    for (const route of node?.inFile ?? []) {
      if (!overlaps(route, wanted)) continue;
      if (node !== own && !overrules(route, wanted)) return FREE;
      if (!coversWhole(route, wanted)) continue;
      const reason =
        route.closed === true && route.service === wanted.service
          ? `the routes file has announced: off for ${routeName(route)}`
          : `the routes file gives ${routeName(route)} to ${route.service}`;
      return { kind: 'refused', reason };
    }
  }
  return FREE;
}
