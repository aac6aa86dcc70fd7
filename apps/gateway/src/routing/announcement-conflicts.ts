import { prefixSegments } from './path-segments';
import type { RememberedAnnouncement } from './announcement-memory';
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

interface Claims {
  readonly here: RememberedAnnouncement[];
  /** Those of longer prefixes. */
  readonly below: RememberedAnnouncement[];
  readonly children: Map<string, Claims>;
}

/**
 * Who gets a path that two services ask for, or one of them inside the other's: the one whose registration is older,
 * then by name. Every gateway must answer alike, so nothing but what the registry says goes into it. The routes file
 * wins where it names the same prefix; what is inside one of its prefixes is a longer prefix, and welcome.
 */
export function resolveAnnouncements(
  announcements: readonly RememberedAnnouncement[],
  fileRoutes: readonly RouteKey[],
): ResolvedAnnouncements {
  const root = noClaims();
  const inFile = new Map<string, RouteKey[]>();
  for (const route of fileRoutes)
    inFile.set(route.pathPrefix, [...(inFile.get(route.pathPrefix) ?? []), route]);
  const accepted: RememberedAnnouncement[] = [];
  const refused: RefusedAnnouncement[] = [];

  for (const announcement of [...announcements].sort(byRight)) {
    const reason =
      reservation(announcement) ?? fileConflict(announcement, inFile) ?? claim(root, announcement);
    if (reason === undefined) accepted.push(announcement);
    else refused.push({ announcement, reason });
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

function reservation({ pathPrefix }: RouteKey): string | undefined {
  return isReservedPrefix(pathPrefix) ? `${pathPrefix} is the gateway's own path` : undefined;
}

function fileConflict(
  wanted: RouteKey,
  inFile: ReadonlyMap<string, readonly RouteKey[]>,
): string | undefined {
  const taken = inFile.get(wanted.pathPrefix)?.find((route) => hostsOverlap(route, wanted));
  return taken && `the routes file routes ${routeName(taken)}`;
}

/** Enters the announcement, or says who has the path. */
function claim(root: Claims, wanted: RememberedAnnouncement): string | undefined {
  const path = [root];
  for (const segment of prefixSegments(wanted.pathPrefix)) {
    const parent = path.at(-1) ?? root;
    const child = parent.children.get(segment) ?? noClaims();
    parent.children.set(segment, child);
    path.push(child);
  }
  const end = path.at(-1) ?? root;
  const rivals = [...path.flatMap((claims) => claims.here), ...end.below];
  const owner = rivals.find((rival) => rival.service !== wanted.service && hostsOverlap(rival, wanted));
  if (owner !== undefined) return `${owner.service} has ${routeName(owner)} and registered first`;
  end.here.push(wanted);
  for (const ancestor of path.slice(0, -1)) ancestor.below.push(wanted);
  return undefined;
}

function noClaims(): Claims {
  return { here: [], below: [], children: new Map() };
}
