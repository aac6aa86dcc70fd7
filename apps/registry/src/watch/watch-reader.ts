import type { EventSink } from './event-sink';
import type { NameClaim } from './subscriber-names';
import type { WatchList } from './watch-list';
import type { WatcherAside } from './watcher';

/** Who reads a stream. */
export interface WatchReader {
  readonly list: WatchList;
  readonly lastEventId: string | undefined;
  /** Whoever has an id takes part in drains. It is not one of another identity's. */
  readonly subscriber?: string | undefined;
  readonly claim?: NameClaim | undefined;
  /** Whose stream it is: a token's name. */
  readonly identity: string;
  /** Told of how many names its list is to grow by. */
  readonly onGrown?: ((count: number) => void) | undefined;
  readonly aside?: WatcherAside | undefined;
  readonly sink: EventSink;
}
