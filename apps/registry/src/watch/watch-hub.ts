import { randomUUID } from 'node:crypto';
import type { WatchSynced } from '@rollcall/contracts';
import type { UnreadAnswers } from '@rollcall/service-kit';
import type { Catalog } from '../catalog/catalog';
import type { InstanceRecord } from '../catalog/instance/instance-record';
import type { ServiceSnapshot } from '../catalog/roster';
import type { ChangeFeed } from './change-feed';
import type { DrainingServices } from './draining-services';
import { createEventIds, type EventIds } from './event-id';
import { createNamedStreams } from './named-streams';
import type { PublishedChange } from './published-change';
import type { SubscriberAcknowledgements, SubscriberStream } from './subscriber-acknowledgements';
import { concerns, newOn, type WatchList } from './watch-list';
import { additionWithSnapshots, openingWithMissed, openingWithSnapshots } from './watch-opening';
import type { WatchReader } from './watch-reader';
import { openWatcher, type AddedServices, type Watcher } from './watcher';

/** Every open stream of this registry. */
export interface WatchHub {
  readonly count: number;
  /** Readers that have not been written everything yet. */
  readonly behind: number;
  /** Bytes that the readers have not taken yet. */
  readonly waiting: number;
  /** Readers cut off so far because they did not keep up. */
  readonly cutOff: number;
  open(reader: WatchReader): Pick<Watcher, 'say'>;
  /** Whether that `Last-Event-ID` is one of this catalog and of that list. */
  hasMade(list: WatchList, lastEventId: unknown): boolean;
  /**
   * Has a stream follow more services. What it follows already is not said again.
   *
   * @returns `unknown` without an open stream of that subscriber, `wrong_secret` when the secret is of none of them
   */
  add(addition: {
    readonly subscriber: string;
    readonly secret: string;
    readonly names: readonly string[];
  }): 'added' | 'unknown' | 'wrong_secret';
  /** Shows every reader that the registry is there. */
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
  /** Counts what readers leave unread, and cuts those who leave too much for too long. */
  readonly unread: UnreadAnswers;
  readonly acknowledgements: SubscriberAcknowledgements;
  readonly draining: Pick<DrainingServices, 'areOn'>;
  /** Whether the registry may not have heard from everyone yet. */
  readonly isWarming: () => boolean;
  /** Since when what there is to tell may be out of date, epoch milliseconds. */
  readonly staleSince: () => number | undefined;
}

const nothing = (): string => '';

/** A stream's list, which additions make longer. */
type GrowingList = '*' | Set<string>;

export function createWatchHub({
  catalog,
  feed,
  textOf,
  now,
  acknowledgements,
  draining,
  isWarming,
  staleSince,
  unread,
}: WatchHubOptions): WatchHub {
  const watchers = new Set<Watcher>();
  const named = createNamedStreams();
  let cutOff = 0;

  return {
    get count() {
      return watchers.size;
    },
    get behind() {
      return Array.from(watchers).filter(({ isBehind }) => isBehind).length;
    },
    get waiting() {
      let bytes = 0;
      for (const watcher of watchers) bytes += watcher.waiting;
      return bytes;
    },
    get cutOff() {
      return cutOff;
    },
    open({ list: asked, lastEventId, subscriber, claim, identity, onGrown, aside, sink }) {
      const { catalogId, revision } = catalog;
      const list: GrowingList = asked === '*' ? asked : new Set(asked);
      const ids = createEventIds(catalogId, list);
      const secret = randomUUID();
      const stale = staleSince();
      const hello = {
        catalog_id: catalogId,
        revision,
        stream_secret: secret,
        warming: isWarming(),
        ...(stale !== undefined && { stale_since: stale }),
      };
      const synced = syncedWith(list);
      const missed = missedSince(ids.revisionIn(lastEventId), list);
      const opening =
        missed === 'lost'
          ? openingWithSnapshots(hello, snapshotsOf(list), synced, ids, textOf)
          : openingWithMissed(hello, missed, synced, ids, aside?.before ?? nothing);
      const stream = subscriber === undefined ? undefined : { subscriber, secret, identity, list, claim };
      // Before the first write: a fast reader may acknowledge at once.
      // A stale stream tells its reader of no drain, so no drain waits for it.
      if (stream !== undefined && stale === undefined) {
        acknowledgements.opened(stream);
        sink.onClose(() => acknowledgements.closed(stream, now()));
      }
      const watcher = openWatcher({
        list,
        ids,
        sink,
        feed,
        opening,
        revision,
        openAddition: (names) => openAddition({ names, list, ids, stream }),
        onAwaited: onGrown,
        unread,
        aside,
        onCut: () => (cutOff += 1),
      });
      watchers.add(watcher);
      sink.onClose(() => watchers.delete(watcher));
      if (stream !== undefined) named.add(stream, watcher, sink);
      return watcher;
    },
    hasMade: (list, lastEventId) =>
      typeof lastEventId === 'string' &&
      createEventIds(catalog.catalogId, list).revisionIn(lastEventId) !== undefined,
    add({ subscriber, secret, names }) {
      const found = named.find(subscriber, secret);
      if (typeof found === 'string') return found;
      found.add(names);
      return 'added';
    },
    ping() {
      for (const watcher of watchers) watcher.ping();
    },
    end() {
      for (const watcher of watchers) watcher.end();
    },
  };

  function openAddition(to: {
    readonly names: Iterable<string>;
    readonly list: GrowingList;
    readonly ids: EventIds;
    readonly stream: SubscriberStream | undefined;
  }): AddedServices | undefined {
    const { list, ids, stream } = to;
    const names = newOn(list, to.names);
    if (list === '*' || names.length === 0) return undefined;
    for (const name of names) list.add(name);
    ids.grow(names);
    if (stream !== undefined) acknowledgements.grown(stream, catalog.revision);
    const snapshots = names.map((name) => catalog.service(name));
    return { names, opening: additionWithSnapshots(snapshots, syncedWith(list), ids, textOf) };
  }

  /** What is said once a reader knows everything that is listed now. */
  function syncedWith(list: WatchList): WatchSynced {
    return { revision: catalog.revision, ...(draining.areOn(list) ? { ack: true } : {}) };
  }

  function missedSince(revision: number | undefined, list: WatchList): readonly PublishedChange[] | 'lost' {
    const missed = revision === undefined ? 'lost' : feed.log.since(revision);
    return missed === 'lost' ? missed : missed.filter(({ serviceName }) => concerns(list, serviceName));
  }

  function snapshotsOf(list: WatchList): readonly ServiceSnapshot[] {
    return list === '*' ? catalog.services() : Array.from(list, (name) => catalog.service(name));
  }
}
