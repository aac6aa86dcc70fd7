import type { CatalogEvent } from '@rollcall/contracts';
import type { UnreadAnswers } from '@rollcall/service-kit';
import type { Catalog } from './catalog/catalog';
import type { AppliedChange } from './catalog/changes/change';
import { createChangeLog } from './catalog/changes/change-log';
import { toInstance, type InstanceRecord } from './catalog/instance/instance-record';
import { createInstanceTexts } from './catalog/instance/instance-texts';
import type { StoredCatalog } from './catalog/stored-catalog';
import { createIntervalLoop } from './interval-loop';
import type { Clock } from './ports/clock';
import type { ToldChange } from './use-cases/describe-registry';
import { createChangeFeed, type ChangeFeed } from './watch/change-feed';
import { createDrainingServices, type DrainingServices } from './watch/draining-services';
import { publishedChange, type PublishedChange } from './watch/published-change';
import {
  createSubscriberAcknowledgements,
  type SubscriberAcknowledgements,
} from './watch/subscriber-acknowledgements';
import { createWatchHub, type WatchHub } from './watch/watch-hub';

/** Everything that watchers follow: the feed of changes, their streams, and their acknowledgements. */
export interface WatchingParts {
  readonly feed: ChangeFeed;
  readonly hub: WatchHub;
  /** The streams of people, which are not counted among the watchers'. */
  readonly liveStreams: WatchHub;
  readonly acknowledgements: SubscriberAcknowledgements;
  readonly draining: DrainingServices;
  /** An instance as JSON. */
  readonly textOf: (record: InstanceRecord) => string;
  /** The latest change since the start, or since the revisions started anew; `undefined` before the first. */
  readonly latestChange: () => ToldChange | undefined;
  /** Since when this replica has lost its store, epoch milliseconds; `undefined` while it has not. */
  readonly staleSince: () => number | undefined;
}

export interface Watching {
  readonly parts: WatchingParts;
  /** To be told of what the catalog began with. */
  readonly begin: DrainingServices['follow'];
  /** To be told of every change once the catalog has applied it, with the history's events of it. */
  follow(change: AppliedChange, events: readonly CatalogEvent[]): void;
  /** Ends every stream: the revisions are about to start anew. */
  endStreams(): void;
  /** To be told of the revision behind which they do. */
  beginAnew(revision: number): void;
  /** Without its store this replica ends its streams once, so that their readers look for another one. */
  attachmentChanged(isAttached: boolean): void;
  start(): void;
  stop(): void;
}

export interface WatchingOptions {
  readonly catalog: Catalog;
  readonly stored: Pick<StoredCatalog, 'revision'>;
  readonly clock: Clock;
  /** What callers leave unread, of answers and of streams. */
  readonly unread: UnreadAnswers;
  /** Whether the registry may not have heard from every instance yet. */
  readonly isWarming: () => boolean;
  /** Aborts when the registry shuts down: every stream is ended. */
  readonly closing: AbortSignal;
}

/** Too few: a watcher that was away for a moment starts over with snapshots. */
const CHANGE_LOG = { maxEntries: 10_000, maxBytes: 16 * 1024 * 1024 };
/** Well within what proxies and NATs let a silent connection live (60 s and more). */
const PING_INTERVAL_MS = 15_000;
const UNREAD_SWEEP_INTERVAL_MS = 1000;

export function createWatching(options: WatchingOptions): Watching {
  const { catalog, clock, unread, isWarming, closing } = options;
  const { revision } = options.stored;
  const now = (): number => clock.moment().now;
  const feed = createChangeFeed(createChangeLog<PublishedChange>({ revision, ...CHANGE_LOG }), revision);
  const texts = createInstanceTexts();
  const textOf = (record: InstanceRecord) => texts.of(record, catalog.heardAt(record));
  const toWire = (record: InstanceRecord) => toInstance(record, catalog.heardAt(record));
  const acknowledgements = createSubscriberAcknowledgements();
  const draining = createDrainingServices();
  const hubOptions = {
    catalog,
    feed,
    textOf,
    now,
    acknowledgements,
    draining,
    isWarming,
    staleSince: () => staleSince,
    unread,
  };
  const hub = createWatchHub(hubOptions);
  const liveStreams = createWatchHub(hubOptions);
  const endStreams = (): void => {
    hub.end();
    liveStreams.end();
  };
  const ping = (): void => {
    hub.ping();
    liveStreams.ping();
  };
  closing.addEventListener('abort', endStreams, { once: true });
  const loops = [
    createIntervalLoop({ clock, intervalMs: PING_INTERVAL_MS, run: ping }),
    createIntervalLoop({ clock, intervalMs: UNREAD_SWEEP_INTERVAL_MS, run: () => unread.sweep() }),
  ];

  let staleSince: number | undefined;
  let hasStarted = false;
  let latest: ToldChange | undefined;

  return {
    parts: {
      feed,
      hub,
      liveStreams,
      acknowledgements,
      draining,
      textOf,
      latestChange: () => latest,
      staleSince: () => staleSince,
    },
    begin: draining.follow,
    follow(change, events) {
      draining.follow(change);
      feed.publish(publishedChange(change, toWire, events));
      // Those that were stored before were told to other watchers, at another time.
      if (hasStarted) latest = { revision: change.revision, at: change.at, toldAt: clock.moment().epochMs };
    },
    endStreams,
    beginAnew(anew) {
      feed.beginAnew(anew);
      acknowledgements.beginAnew();
      latest = undefined;
    },
    attachmentChanged(isAttached) {
      staleSince = isAttached ? undefined : clock.moment().epochMs;
      endStreams();
    },
    start() {
      hasStarted = true;
      for (const loop of loops) loop.start();
    },
    stop() {
      for (const loop of loops) loop.stop();
    },
  };
}
