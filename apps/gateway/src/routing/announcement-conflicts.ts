import type { RememberedAnnouncement } from './announcement-memory';
import { prefixSegments } from './path-segments';
import { isReservedPrefix } from './reserved-paths';
import { hostsOverlap, routeName, type RouteKey } from './route';

export interface RefusedAnnouncement {
  readonly announcement: RememberedAnnouncement;
  /** For `/explain` and the log. */
  readonly reason: string;
}

export interface ResolvedAnnouncements {
  readonly accepted: readonly RememberedAnnouncement[];
  readonly refused: readonly RefusedAnnouncement[];
}

/** A route of the routes file, as far as it can be in anybody's way. */
export type FileClaim = RouteKey & { readonly service: string };

interface Claims {
  /** Of exactly this prefix. */
  readonly here: RememberedAnnouncement[];
  /** Those of longer prefixes. */
  readonly below: RememberedAnnouncement[];
  readonly inFile: FileClaim[];
  readonly children: Map<string, Claims>;
}

/**
 * Who gets a path that two services ask for, or one of them inside the other's: the one whose registration is older,
 * then by name. Every gateway must answer alike, so nothing but what the registry says goes into it. The routes file
 * wins over both; only its `/` is no claim, but what becomes of the paths that nobody asks for.
 */
export function resolveAnnouncements(
  announcements: readonly RememberedAnnouncement[],
  fileRoutes: readonly FileClaim[],
): ResolvedAnnouncements {
  const root = noClaims();
  for (const route of fileRoutes) pathTo(root, route.pathPrefix).at(-1)?.inFile.push(route);
  const accepted: RememberedAnnouncement[] = [];
  const refused: RefusedAnnouncement[] = [];

  for (const announcement of [...announcements].sort(byRight)) {
    const path = pathTo(root, announcement.pathPrefix);
    if (isInFile(path, announcement)) continue;
    const reason = obstacle(path, announcement);
    if (reason === undefined) {
      enter(path, announcement);
      accepted.push(announcement);
    } else refused.push({ announcement, reason });
  }
  return { accepted, refused };
}

function byRight(a: RememberedAnnouncement, b: RememberedAnnouncement): number {
  return (
    Number(a.goneAt !== undefined) - Number(b.goneAt !== undefined) ||
    a.since - b.since ||
    compareText(a.service, b.service) ||
    compareText(routeName(a), routeName(b))
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The claims at the root, at every prefix on the way, and at the prefix itself. */
function pathTo(root: Claims, pathPrefix: string): readonly Claims[] {
  const path = [root];
  let claims = root;
  for (const segment of prefixSegments(pathPrefix)) {
    const child = claims.children.get(segment) ?? noClaims();
    claims.children.set(segment, child);
    path.push(child);
    claims = child;
  }
  return path;
}

function noClaims(): Claims {
  return { here: [], below: [], inFile: [], children: new Map() };
}

/** Whether the file says already how this service is reached by this path: no conflict, and nothing to add. */
function isInFile(path: readonly Claims[], wanted: RememberedAnnouncement): boolean {
  return (path.at(-1)?.inFile ?? []).some(
    (route) => route.service === wanted.service && covers(route, wanted),
  );
}

function obstacle(path: readonly Claims[], wanted: RememberedAnnouncement): string | undefined {
  if (isReservedPrefix(wanted.pathPrefix)) return `${wanted.pathPrefix} is the gateway's own path`;
  const inFile = path
    .flatMap((claims) => claims.inFile)
    .find((route) => route.service !== wanted.service && isClaim(route, wanted) && covers(route, wanted));
  if (inFile !== undefined) return `the routes file gives ${routeName(inFile)} to ${inFile.service}`;
  const rivals = [...path.flatMap((claims) => claims.here), ...(path.at(-1)?.below ?? [])];
  const owner = rivals.find((rival) => rival.service !== wanted.service && hostsOverlap(rival, wanted));
  return owner && `${owner.service} has ${routeName(owner)} and registered first`;
}

function isClaim(route: RouteKey, wanted: RouteKey): boolean {
  return route.pathPrefix !== '/' || wanted.pathPrefix === '/';
}

/** A route for one host or for some methods leaves the rest to others. */
function covers(route: RouteKey, wanted: RouteKey): boolean {
  return (route.host === undefined || route.host === wanted.host) && route.methods === undefined;
}

function enter(path: readonly Claims[], announcement: RememberedAnnouncement): void {
  path.at(-1)?.here.push(announcement);
  for (const ancestor of path.slice(0, -1)) ancestor.below.push(announcement);
}
