import type { LiveEvent } from '@rollcall/contracts';
import { eventFrame } from '../watch/event-frame';
import type { WatchList } from '../watch/watch-list';

/**
 * Something that people look at and that has no revisions: it is said as it is at the moment, so a reader who reads slowly
 * gets the latest and not each.
 */
export interface LiveTopic {
  /** Milliseconds between two looks at it. */
  readonly everyMs: number;
  /** What there is to be said of it, by keys; of some topics there is only one thing. */
  keys(): Iterable<string>;
  /** The keys of what has to be said again, since the last time that this was asked. */
  news(): Iterable<string>;
  /** The event; `undefined` when there is nothing to be said any more, or not to a reader of that list. */
  frame(key: string, list: WatchList): string | undefined;
}

/** A topic of which there is one thing to be said. */
export function createWholeTopic(options: {
  readonly everyMs: number;
  /** It is said again when this is another one; without it, at each look. */
  readonly version?: () => string;
  readonly read: (list: WatchList) => LiveEvent | undefined;
}): LiveTopic {
  const { everyMs, version, read } = options;
  const only = [''];
  let last: string | undefined;

  return {
    everyMs,
    keys: () => only,
    news() {
      if (version === undefined) return only;
      const now = version();
      const isOther = now !== last;
      last = now;
      return isOther ? only : [];
    },
    frame,
  };

  function frame(_key: string, list: WatchList): string | undefined {
    const event = read(list);
    return event && eventFrame(event);
  }
}
