import { randomUUID } from 'node:crypto';
import type { WatchSynced } from '@rollcall/contracts';
import type { Catalog } from '../catalog/catalog';
import type { InstanceRecord } from '../catalog/instance/instance-record';
import type { ServiceSnapshot } from '../catalog/roster';
import type { ChangeFeed } from './change-feed';
import type { DrainingServices } from './draining-services';
import { createEventIds } from './event-id';
import type { EventSink } from './event-sink';
import type { PublishedChange } from './published-change';
import type { SubscriberRoll, SubscriberStream } from './subscriber-roll';
import { concerns, type WatchList } from './watch-list';
import { openingWithMissed, openingWithSnapshots } from './watch-opening';
import { openWatcher, type Watcher } from './watcher';

/** Every open stream of this registry. */
export interface WatchHub {
  readonly count: number;
  /** Bytes that the readers have not taken yet. */
  readonly waiting: number;
  /** Readers cut off so far because they did not keep up. */
  readonly cutOff: number;
  open(reader: {
    readonly list: WatchList;
    readonly lastEventId: string | undefined;
    /** Whoever has an id takes part in drains. */
    readonly subscriber?: string | undefined;
    readonly sink: EventSink;
  }): void;
  /** Shows every reader that the registry is there, and cuts off those who have not read for too long. */
  ping(): void;
  /** Ends every stream in order. */
  end(): void;
}

export interface WatchHubOptions {
  readonly catalog: Catalog;
  readonly feed: ChangeFeed;
  /** An instance as JSON. */
  readonly textOf: (record: InstanceRecord) => string;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly roll: SubscriberRoll;
  readonly draining: Pick<DrainingServices, 'areOn'>;
  /** Whether the registry may not have heard from everyone yet. */
  readonly isWarming: () => boolean;
  /**
   * How long a reader may not read at all, milliseconds. Too short: a paused one starts over for nothing. Too
   * long: one that has vanished without a word keeps its buffer.
   */
  readonly stallLimitMs: number;
}

export function createWatchHub({
  catalog,
  feed,
  textOf,
  now,
  roll,
  draining,
  isWarming,
  stallLimitMs,
}: WatchHubOptions): WatchHub {
  const watchers = new Set<Watcher>();
  let cutOff = 0;

  return {
    get count() {
      return watchers.size;
    },
    get waiting() {
      let bytes = 0;
      for (const watcher of watchers) bytes += watcher.waiting;
      return bytes;
    },
    get cutOff() {
      return cutOff;
    },
    open({ list, lastEventId, subscriber, sink }) {
      const { catalogId, revision } = catalog;
      const ids = createEventIds(catalogId, list);
      const secret = randomUUID();
      const hello = { catalog_id: catalogId, revision, stream_secret: secret, warming: isWarming() };
      const synced: WatchSynced = { revision, ...(draining.areOn(list) ? { ack: true } : {}) };
      const missed = missedSince(ids.revisionIn(lastEventId), list);
      const opening =
        missed === 'lost'
          ? openingWithSnapshots(hello, snapshotsOf(list), synced, ids, textOf)
          : openingWithMissed(hello, missed, synced, ids);
      // Before anything is written: whoever reads it fast may acknowledge it at once.
      if (subscriber !== undefined) enrol({ subscriber, secret, list }, sink);
      const watcher = openWatcher({
        list,
        ids,
        sink,
        feed,
        opening,
        revision,
        onCut: () => (cutOff += 1),
        now,
      });
      watchers.add(watcher);
      sink.onClose(() => watchers.delete(watcher));
    },
    ping() {
      const at = now();
      for (const watcher of watchers)
        if (watcher.blockedSince !== undefined && at - watcher.blockedSince > stallLimitMs) watcher.cut();
        else watcher.ping();
    },
    end() {
      for (const watcher of watchers) watcher.end();
    },
  };

  function enrol(stream: SubscriberStream, sink: EventSink): void {
    roll.opened(stream);
    sink.onClose(() => roll.closed(stream, now()));
  }

  function missedSince(revision: number | undefined, list: WatchList): readonly PublishedChange[] | 'lost' {
    const missed = revision === undefined ? 'lost' : feed.log.since(revision);
    return missed === 'lost' ? missed : missed.filter(({ serviceName }) => concerns(list, serviceName));
  }

  function snapshotsOf(list: WatchList): readonly ServiceSnapshot[] {
    return list === '*' ? catalog.services() : Array.from(list, (name) => catalog.service(name));
  }
}
