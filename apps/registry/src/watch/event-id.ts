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
  /** The list has grown by these names: ids from now on are those of the longer list. */
  grow(names: Iterable<string>): void;
}

/** @param list and its order does not count */
export function createEventIds(catalogId: string, list: WatchList): EventIds {
  const ofCatalog = createHash('sha256').update(catalogId).digest().readUInt32BE(0);
  // One after the other, so that a name that is added costs that name, however long the list.
  let print = ofCatalog;
  const grow = (names: Iterable<string>): void => {
    for (const name of names) print = (print ^ printOf(name)) >>> 0;
  };
  grow(list === '*' ? ['*'] : list);

  return {
    of: (revision) => `${revision}.${print}`,
    revisionIn(lastEventId) {
      const match = /^(\d{1,16})\.(\d{1,10})$/.exec(lastEventId ?? '');
      return match?.[2] === String(print) ? Number(match[1]) : undefined;
    },
    grow,
  };
}

/**
 * FNV-1a, and MurmurHash3's last step behind it: without that the prints of names that are alike differ in a regular
 * way, and those of whole lists meet.
 */
function printOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1)
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
