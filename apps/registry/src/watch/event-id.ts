import { createHash } from 'node:crypto';
import type { WatchList } from './watch-list';

/**
 * The ids of one stream's events: the revision, and behind a dot a print of what the revision counts in. A bare
 * revision would do to go on from, but not to find out that it is not possible: a reader who comes back with
 * another list, or to a registry that has started its revisions anew, would miss what it never had.
 */
export interface EventIds {
  of(revision: number): string;
  /** The revision in a `Last-Event-ID` that these ids made; `undefined` for any other. */
  revisionIn(lastEventId: string | undefined): number | undefined;
}

/** @param list and its order does not count */
export function createEventIds(catalogId: string, list: WatchList): EventIds {
  const names = list === '*' ? '*' : [...list].sort().join(',');
  const print = createHash('sha256').update(`${catalogId} ${names}`).digest().readUInt32BE(0);

  return {
    of: (revision) => `${revision}.${print}`,
    revisionIn(lastEventId) {
      const match = /^(\d{1,16})\.(\d{1,10})$/.exec(lastEventId ?? '');
      return match?.[2] === String(print) ? Number(match[1]) : undefined;
    },
  };
}
