import type { WatchHello } from '@rollcall/contracts';
import { MOST_NAMES_IN_A_CALL } from './watch-additions';

/** Where a stream may go on from: the last event's id, the list that it belongs to, and the revision of which catalog. */
export interface WatchPosition {
  /** Whether the registry has not seen yet what was reached. */
  isAheadOf(hello: WatchHello): boolean;
  /** A stream begins. */
  begins(hello: WatchHello): void;
  /** @param listed the services of the stream, those that are added later included */
  reached(lastEventId: string, revision: number, listed: ReadonlySet<string>): void;
  /** Something is amiss: the next stream begins anew. */
  forget(): void;
  /** What to open the next stream with. @param byAddress whether the list goes into the address, and takes no additions */
  next(
    wanted: Wanted,
    byAddress: boolean,
  ): { readonly list: Wanted; readonly lastEventId: string | undefined };
}

type Wanted = '*' | readonly string[];

export function createWatchPosition(): WatchPosition {
  let at: { readonly lastEventId: string; readonly listed: ReadonlySet<string> } | undefined;

  let catalogId: string | undefined;
  let highest = 0;

  return {
    isAheadOf: ({ catalog_id: id, revision }) => id === catalogId && revision < highest,
    begins({ catalog_id: id, revision }) {
      highest = id === catalogId ? Math.min(highest, revision) : 0;
      catalogId = id;
    },
    reached(lastEventId, revision, listed) {
      highest = Math.max(highest, revision);
      at = { lastEventId, listed };
    },
    forget() {
      at = undefined;
    },
    next(wanted, byAddress) {
      if (wanted === '*') return { list: wanted, lastEventId: at?.lastEventId };
      const size = at?.listed.size ?? 0;
      // Only with a list that goes into one request; by address it has to be the whole one.
      if (at === undefined || size > MOST_NAMES_IN_A_CALL || (byAddress && size !== wanted.length))
        return { list: byAddress ? wanted : wanted.slice(0, MOST_NAMES_IN_A_CALL), lastEventId: undefined };
      // What has come to the list since is added.
      return { list: byAddress ? wanted : [...at.listed], lastEventId: at.lastEventId };
    },
  };
}
