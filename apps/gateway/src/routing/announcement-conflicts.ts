import type { RememberedAnnouncement } from './announcement-memory';
import { coversWhole, overlaps, overrules, type SourcedKey } from './file-cover';
import { prefixSegments } from './path-segments';
import { isReservedPrefix } from './reserved-paths';
import { hostsOverlap, routeName } from './route';

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
export type FileClaim = Omit<SourcedKey, 'source'>;

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
 * wins over both. Here only those are refused of whose requests it leaves none; who gets a request that both have a route
 * for is decided by the route table.
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
    ({ service, host }) => service === wanted.service && (host === undefined || host === wanted.host),
  );
}

function obstacle(path: readonly Claims[], wanted: RememberedAnnouncement): string | undefined {
  if (isReservedPrefix(wanted.pathPrefix)) return `${wanted.pathPrefix} is the gateway's own path`;
  const inFile = fileObstacle(path, wanted);
  if (inFile !== undefined) return inFile;
  const rivals = [...path.flatMap((claims) => claims.here), ...(path.at(-1)?.below ?? [])];
  const owner = rivals.find((rival) => rival.service !== wanted.service && hostsOverlap(rival, wanted));
  return owner && `${owner.service} has ${routeName(owner)} and registered first`;
}

/** The longest prefix of the file decides on whatever requests it takes; shorter ones on what that leaves. */
function fileObstacle(path: readonly Claims[], wanted: RememberedAnnouncement): string | undefined {
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const isSamePrefix = depth === path.length - 1;
    for (const route of path[depth]?.inFile ?? []) {
      if (!overlaps(route, wanted)) continue;
      if (!isSamePrefix && !overrules(route, wanted)) return undefined;
      if (!coversWhole(route, wanted)) continue;
      return route.closed === true && route.service === wanted.service
        ? `the routes file takes nothing that is announced beneath ${routeName(route)}`
        : `the routes file gives ${routeName(route)} to ${route.service}`;
    }
  }
  return undefined;
}

function enter(path: readonly Claims[], announcement: RememberedAnnouncement): void {
  path.at(-1)?.here.push(announcement);
  for (const ancestor of path.slice(0, -1)) ancestor.below.push(announcement);
}
