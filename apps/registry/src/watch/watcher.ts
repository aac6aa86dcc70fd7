import type { UnreadAnswer, UnreadAnswers } from '@rollcall/service-kit';
import type { ChangeFeed, ChangeListener } from './change-feed';
import { withId, PING_FRAME } from './event-frame';
import type { EventIds } from './event-id';
import type { EventSink } from './event-sink';
import type { PublishedChange } from './published-change';
import { PIECE_LENGTH, slicesOf } from './text-pieces';
import { concerns, type WatchList } from './watch-list';

/** One open stream. */
export interface Watcher extends UnreadAnswer {
  /** Shows both ends that the other is there, unless the reader has enough to read already. */
  ping(): void;
  /**
   * Says something that has no place among the changes, if everything there is to know has been written by now.
   *
   * @returns whether it has been said
   */
  say(text: string): boolean;
  /** Begins to follow these services once everything that happened before has been written. */
  add(names: readonly string[]): void;
  end(): void;
  /** Whether it has not been written everything that there is. */
  readonly isBehind: boolean;
}

export interface WatcherOptions {
  readonly list: WatchList;
  readonly ids: EventIds;
  readonly sink: EventSink;
  readonly feed: ChangeFeed;
  /** What is written first: the whole state at `revision`, or what leads from the reader's last event to it. */
  readonly opening: Iterator<string, void>;
  readonly revision: number;
  /**
   * Puts names on the list, and answers with what is written of them: their state as it is now. Those that are on it
   * already are of no interest: the answer is `undefined` when all are.
   */
  readonly openAddition: (names: Iterable<string>) => AddedServices | undefined;
  /** Told of how many names have been put down for an addition. */
  readonly onAwaited: ((count: number) => void) | undefined;
  readonly unread: UnreadAnswers;
  readonly aside: WatcherAside | undefined;
  /** The reader did not keep up; it has to start over. */
  readonly onCut: () => void;
}

/** What a stream says besides the changes. */
export interface WatcherAside {
  /** Comes right before the change, without an id: a reader who is cut off in between reads both again. */
  before(change: PublishedChange): string;
  /** Called each time that the reader has been written everything, at first after the opening. */
  upToDate(say: Watcher['say']): void;
}

/** Services that a stream begins to follow after its opening. */
export interface AddedServices {
  readonly names: readonly string[];
  readonly opening: Iterator<string, void>;
}

/**
 * Writes the opening and then every change, no faster than the reader reads. Nothing is queued for a slow one:
 * when it can take more it is given what the log has of later changes, and when the log does not reach back that
 * far it is cut off and comes back for snapshots. So readers cost memory for a socket's buffer each, however slow
 * they are and however much happens.
 */
export function openWatcher(options: WatcherOptions): Watcher {
  const { list, ids, sink, feed, opening, revision, openAddition, onAwaited, unread, aside, onCut } = options;
  // Up to date: changes are written as they come. Behind: they wait in the log.
  let phase: 'behind' | 'up_to_date' | 'closed' = 'behind';
  let writtenUpTo = revision;
  let isBlocked = false;
  /** What has been begun is written to its end before anything else. */
  let begun: Iterator<string, void> = opening;
  /** Services that are to be followed once the stream is up to date. */
  const awaited = new Set<string>();

  const onChange: ChangeListener = (change) => {
    if (phase !== 'up_to_date') return;
    writeChange(change);
    fallBehindIfBlocked();
  };
  const unfollow = feed.follow(list, onChange);
  const watcher: Watcher = {
    ping() {
      if (phase !== 'up_to_date') return;
      write(PING_FRAME);
      fallBehindIfBlocked();
    },
    add(names) {
      if (phase === 'closed') return;
      const before = awaited.size;
      for (const name of names) if (!concerns(list, name)) awaited.add(name);
      if (awaited.size > before) onAwaited?.(awaited.size - before);
      if (phase === 'up_to_date') catchUp();
    },
    say(text) {
      if (phase !== 'up_to_date') return false;
      writeWhole(text);
      fallBehindIfBlocked();
      return true;
    },
    get isBehind() {
      return phase === 'behind';
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
  sink.onDrain(() => {
    isBlocked = false;
    unread.read(watcher);
    if (phase === 'behind') catchUp();
  });
  sink.onClose(close);
  catchUp();
  return watcher;

  function catchUp(): void {
    if (phase === 'up_to_date') fallBehind();
    for (;;) {
      if (!writeBegun()) return;
      const missed = feed.log.since(writtenUpTo);
      if (missed === 'lost') return cut();
      for (const change of missed) {
        if (concerns(list, change.serviceName)) writeChange(change);
        if (isBlocked) return;
      }
      const added = awaited.size === 0 ? undefined : openAddition(awaited);
      awaited.clear();
      if (added === undefined) break;
      feed.followMore(added.names, onChange);
      begun = added.opening;
      writtenUpTo = feed.revision;
    }
    phase = 'up_to_date';
    aside?.upToDate(watcher.say);
  }

  /** @returns whether all of it has been written */
  function writeBegun(): boolean {
    for (let next = begun.next(); next.done !== true; next = begun.next()) {
      write(next.value);
      if (isBlocked) return false;
    }
    return true;
  }

  /** It has been written everything so far, of which it has not taken all: what comes next waits in the log. */
  function fallBehindIfBlocked(): void {
    // One that had too much unread may have been cut by that write.
    if (isBlocked && phase !== 'closed') fallBehind();
  }

  function fallBehind(): void {
    phase = 'behind';
    writtenUpTo = feed.revision;
  }

  function writeChange(change: PublishedChange): void {
    const text = withId(ids.of(change.revision), change.frame);
    writtenUpTo = change.revision;
    writeWhole(aside === undefined ? text : aside.before(change) + text);
  }

  function writeWhole(text: string): void {
    if (text.length <= PIECE_LENGTH) return write(text);
    begun = slicesOf(text);
    writeBegun();
  }

  function write(text: string): void {
    if (sink.write(text)) return;
    isBlocked = true;
    unread.blocked(watcher);
  }

  function cut(): void {
    onCut();
    close();
    sink.cut();
  }

  function close(): void {
    phase = 'closed';
    unread.read(watcher);
    unfollow();
  }
}
