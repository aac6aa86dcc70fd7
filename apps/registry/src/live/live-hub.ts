import type { CatalogEvent } from '@rollcall/contracts';
import type { EventHistory } from '../catalog/changes/event-history';
import type { Clock } from '../ports/clock';
import { eventFrame } from '../watch/event-frame';
import type { PublishedChange } from '../watch/published-change';
import type { WatchHub } from '../watch/watch-hub';
import { concerns, type WatchList } from '../watch/watch-list';
import type { WatchReader } from '../watch/watch-reader';
import type { Watcher } from '../watch/watcher';
import type { LiveTopic } from './live-topic';

/** The streams for people: what watchers are told, the events behind it, and what has no revisions. */
export interface LiveHub {
  /** Open streams. */
  readonly count: number;
  open(reader: Pick<WatchReader, 'list' | 'lastEventId' | 'identity' | 'sink'>): void;
}

export interface LiveHubOptions {
  /** For these streams alone: who watches to pick instances is on others. */
  readonly streams: Pick<WatchHub, 'open' | 'hasMade'>;
  readonly history: Pick<EventHistory, 'find' | 'onRemark'>;
  readonly topics: readonly LiveTopic[];
  readonly clock: Clock;
}

/** One open stream. */
interface Reader {
  readonly list: WatchList;
  /** What it has yet to be told: nothing is queued for a slow reader but the names of it. */
  readonly untold: Map<LiveTopic, Set<string>>;
  /** Remarks from that revision on may not have been told. */
  remarksFrom: number | undefined;
  say: Watcher['say'];
}

/** Whoever looks sees a change of what has no revisions after so long, milliseconds. */
const ROUND_MS = 100;

export function createLiveHub({ streams, history, topics, clock }: LiveHubOptions): LiveHub {
  const readers = new Set<Reader>();
  const lookedAt = new Map<LiveTopic, number>();
  /** Made once a round for all who follow everything. */
  let frames = new Map<LiveTopic, Map<string, string | undefined>>();
  let isRunning = false;
  let latest: { readonly change: PublishedChange; readonly text: string } | undefined;
  history.onRemark((event) => {
    for (const reader of readers) tellRemark(reader, event);
  });

  return {
    get count() {
      return readers.size;
    },
    open({ list, lastEventId, identity, sink }) {
      // What has changed while nobody looked is no news to who comes now.
      if (!isRunning) {
        frames = new Map();
        for (const topic of topicsDue()) topic.news();
      }
      const reader: Reader = {
        list,
        untold: new Map(topics.map((topic) => [topic, new Set(topic.keys())])),
        remarksFrom: streams.hasMade(list, lastEventId) ? Number.parseInt(lastEventId ?? '', 10) : undefined,
        say: () => false,
      };
      readers.add(reader);
      sink.onClose(() => readers.delete(reader));
      streams.open({
        list,
        lastEventId,
        identity,
        sink,
        aside: {
          before,
          upToDate(say) {
            reader.say = say;
            tellUntold(reader);
          },
        },
      });
      if (!isRunning) run();
    },
  };

  /** For as long as somebody looks. */
  function run(): void {
    isRunning = readers.size > 0;
    if (!isRunning) return;
    clock.after(ROUND_MS, () => {
      look();
      run();
    });
  }

  function look(): void {
    frames = new Map();
    for (const topic of topicsDue())
      for (const key of topic.news()) for (const { untold } of readers) untold.get(topic)?.add(key);
    for (const reader of readers) tellUntold(reader);
  }

  function topicsDue(): readonly LiveTopic[] {
    const { now } = clock.moment();
    const due = topics.filter((topic) => now - (lookedAt.get(topic) ?? -Infinity) >= topic.everyMs);
    for (const topic of due) lookedAt.set(topic, now);
    return due;
  }

  function tellUntold(reader: Reader): void {
    if (!tellRemarks(reader)) return;
    for (const [topic, keys] of reader.untold)
      for (const key of keys) {
        const frame = frameOf(topic, key, reader.list);
        if (frame !== undefined && !reader.say(frame)) return;
        keys.delete(key);
      }
  }

  function frameOf(topic: LiveTopic, key: string, list: WatchList): string | undefined {
    if (list !== '*') return topic.frame(key, list);
    const ofTopic = frames.get(topic) ?? new Map<string, string | undefined>();
    frames.set(topic, ofTopic);
    if (!ofTopic.has(key)) ofTopic.set(key, topic.frame(key, list));
    return ofTopic.get(key);
  }

  /** A change's events are made into text once for all readers, as the change itself is. */
  function before(change: PublishedChange): string {
    if (latest?.change !== change) latest = { change, text: change.events.map(frameOfEvent).join('') };
    return latest.text;
  }

  function tellRemark(reader: Reader, event: CatalogEvent): void {
    if (!concerns(reader.list, event.service_name)) return;
    if (reader.remarksFrom === undefined && reader.say(frameOfEvent(event))) return;
    reader.remarksFrom ??= event.revision;
  }

  /** @returns whether all of them have been told by now */
  function tellRemarks(reader: Reader): boolean {
    if (reader.remarksFrom === undefined) return true;
    const all = { since: reader.remarksFrom - 1, order: 'asc', limit: Infinity } as const;
    const remarks = history
      .find(all)
      .filter(({ type, service_name }) => REMARKS.has(type) && concerns(reader.list, service_name));
    if (remarks.length > 0 && !reader.say(remarks.map(frameOfEvent).join(''))) return false;
    reader.remarksFrom = undefined;
    return true;
  }
}

/** Events that changed nothing, so that no change brings them along. */
const REMARKS: ReadonlySet<CatalogEvent['type']> = new Set(['address_taken', 'id_taken']);

function frameOfEvent(data: CatalogEvent): string {
  return eventFrame({ type: 'event', data });
}
