import { withId, PING_FRAME } from './event-frame';
import type { EventIds } from './event-id';
import type { EventSink } from './event-sink';
import type { ChangeFeed } from './change-feed';
import type { PublishedChange } from './published-change';
import { concerns, type WatchList } from './watch-list';

/** One open stream. */
export interface Watcher {
  /** Shows both ends that the other is there, unless the reader has enough to read already. */
  ping(): void;
  /** Since when (monotonic milliseconds) the reader has not taken what was written; `undefined` while it does. */
  readonly blockedSince: number | undefined;
  /** Bytes that the reader has not taken yet. */
  readonly waiting: number;
  end(): void;
  cut(): void;
}

export interface WatcherOptions {
  readonly list: WatchList;
  readonly ids: EventIds;
  readonly sink: EventSink;
  readonly feed: ChangeFeed;
  /** What is written first: the whole state at `revision`, or what leads from the reader's last event to it. */
  readonly opening: Iterator<string, void>;
  readonly revision: number;
  /** The reader did not keep up; it has to start over. */
  readonly onCut: () => void;
  readonly now: () => number;
}

/**
 * Writes the opening and then every change, no faster than the reader reads. Nothing is queued for a slow one:
 * when it can take more it is given what the log has of later changes, and when the log does not reach back that
 * far it is cut off and comes back for snapshots. So readers cost memory for a socket's buffer each, however slow
 * they are and however much happens.
 */
export function openWatcher(options: WatcherOptions): Watcher {
  const { list, ids, sink, feed, opening, revision, onCut, now } = options;
  // Up to date: changes are written as they come. Behind: they wait in the log.
  let phase: 'behind' | 'up_to_date' | 'closed' = 'behind';
  let writtenUpTo = revision;
  let blockedSince: number | undefined;

  const unfollow = feed.follow(list, (change) => {
    if (phase !== 'up_to_date') return;
    writeChange(change);
    fallBehindIfBlocked();
  });
  sink.onDrain(() => {
    blockedSince = undefined;
    if (phase === 'behind') catchUp();
  });
  sink.onClose(close);
  catchUp();

  return {
    ping() {
      if (phase !== 'up_to_date') return;
      write(PING_FRAME);
      fallBehindIfBlocked();
    },
    get blockedSince() {
      return blockedSince;
    },
    get waiting() {
      return sink.waiting;
    },
    end() {
      close();
      sink.end();
    },
    cut,
  };

  function catchUp(): void {
    for (let next = opening.next(); next.done !== true; next = opening.next()) {
      write(next.value);
      if (blockedSince !== undefined) return;
    }
    const missed = feed.log.since(writtenUpTo);
    if (missed === 'lost') return cut();
    for (const change of missed) {
      if (concerns(list, change.serviceName)) writeChange(change);
      if (blockedSince !== undefined) return;
    }
    phase = 'up_to_date';
  }

  /** It has been written everything so far, of which it has not taken all: what comes next waits in the log. */
  function fallBehindIfBlocked(): void {
    if (blockedSince === undefined) return;
    phase = 'behind';
    writtenUpTo = feed.revision;
  }

  function writeChange(change: PublishedChange): void {
    write(withId(ids.of(change.revision), change.frame));
    writtenUpTo = change.revision;
  }

  function write(text: string): void {
    if (!sink.write(text)) blockedSince ??= now();
  }

  function cut(): void {
    onCut();
    close();
    sink.cut();
  }

  function close(): void {
    phase = 'closed';
    unfollow();
  }
}
