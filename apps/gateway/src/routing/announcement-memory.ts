import { announcementsOf, sameRoute, type Announcement } from './announcement';
import type { Instance } from '@rollcall/contracts';
import { routeName } from './route';

/** An announcement, and whether somebody still makes it. */
export interface RememberedAnnouncement extends Announcement {
  /** When the last instance that made it was gone (milliseconds, monotonic); `undefined` while one is there. */
  readonly goneAt?: number;
}

/** How long a route stays known after its last instance is gone, so that a restart holds requests instead of failing them. */
export const ROUTE_MEMORY_MS = 600_000;

/** Whether requests for it are still to be held. */
export function isRemembered({ goneAt }: { readonly goneAt?: number }, now: number): boolean {
  return goneAt === undefined || now < goneAt + ROUTE_MEMORY_MS;
}

/** The announcements of one service after its instances have changed: what they announce, and what they used to. */
export function rememberAnnouncements(
  before: readonly RememberedAnnouncement[],
  instances: readonly Instance[],
  now: number,
): readonly RememberedAnnouncement[] {
  const live = announcementsOf(instances);
  const names = new Set(live.map(routeName));
  const gone = before.filter(
    (one) => !names.has(routeName(one)) && isRemembered(one, now) && one.endsWithEntry !== true,
  );
  return [...live, ...gone.map((one) => ({ ...one, goneAt: one.goneAt ?? now }))];
}

/** Whether two states of a service's announcements lead to the same routes. */
export function sameAnnouncements(
  a: readonly RememberedAnnouncement[],
  b: readonly RememberedAnnouncement[],
): boolean {
  return (
    a.length === b.length &&
    a.every((one, index) => {
      const other = b[index];
      return (
        other !== undefined &&
        sameRoute(one, other) &&
        one.since === other.since &&
        one.endsWithEntry === other.endsWithEntry &&
        one.goneAt === other.goneAt
      );
    })
  );
}
