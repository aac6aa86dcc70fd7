import { sameSecret } from '@rollcall/service-kit';
import type { NameClaim } from './subscriber-names';
import { concerns, coversList, type WatchList } from './watch-list';

/** One open stream of a subscriber. */
export interface SubscriberStream {
  readonly subscriber: string;
  readonly secret: string;
  /** Whose token opened it. */
  readonly identity: string;
  /** May grow. */
  readonly list: WatchList;
  /** Who it says that it is. */
  readonly claim?: NameClaim | undefined;
}

/** What is known of a subscriber, for people. */
export interface KnownSubscriber {
  readonly identity: string;
  readonly claim: NameClaim | undefined;
  readonly isConnected: boolean;
}

/** The subscribers that have acknowledged that they pick an instance no more, and those that have not. */
export interface AcknowledgedBy {
  readonly acked: readonly string[];
  readonly missing: readonly string[];
}

export interface Acknowledgement {
  readonly subscriber: string;
  readonly secret: string;
  readonly revision: number;
  readonly isGoodbye: boolean;
}

/**
 * The acknowledgements of subscribers: who watches, and up to which revision each has acknowledged. Counted are those
 * whose stream is open, or was closed a moment ago: they may come back, and may be picking from what they have. Times
 * are monotonic milliseconds.
 */
export interface SubscriberAcknowledgements {
  /**
   * Whether a stream of that subscriber may be opened under that identity: a subscriber belongs to the identity that
   * opened it, or others could acknowledge in its name.
   */
  admits(subscriber: string, identity: string): boolean;
  opened(stream: SubscriberStream): void;
  closed(stream: SubscriberStream, now: number): void;
  /** Its list has grown: acknowledgements of revisions below that one do not cover all that is on it now. */
  grown(stream: SubscriberStream, revision: number): void;
  /** The revisions start anew: whoever followed those of before has to open a stream, and acknowledge, once more. */
  beginAnew(): void;
  /** Records an acknowledgement. A goodbye is of one stream: the subscriber counts for as long as it has another. */
  acknowledge(acknowledgement: Acknowledgement, now: number): 'noted' | 'unknown' | 'wrong_secret';
  /** Which subscribers of the service have acknowledged this revision of it. */
  of(serviceName: string, revision: number): AcknowledgedBy;
  /** `undefined`: it is not counted any more. */
  known(subscriber: string): KnownSubscriber | undefined;
  readonly size: number;
  /** The same of one of them; `undefined`: it does not watch the service, or is not counted any more. */
  standingOf(subscriber: string, serviceName: string, revision: number): keyof AcknowledgedBy | undefined;
  /** Stops counting those who have been away for too long. Answers when the next one will have been. */
  forgetAbsent(now: number): number | undefined;
  /** Calls the listener with each subscriber that came, went or acknowledged, until the returned function is called. */
  onChange(listener: (subscriber: string) => void): () => void;
}

/** How long a subscriber that has gone without a goodbye is waited for. Its back-off is 3 s at most. */
export const ABSENCE_LIMIT_MS = 5000;

interface Subscriber {
  /** The open streams; without one, the last one that was closed. */
  readonly streams: Set<SubscriberStream>;
  absentSince: number | undefined;
  readonly identity: string;
  ackedRevision: number;
  /** Acknowledgements of earlier revisions were given before the list was what it is now. `Infinity`: none counts yet. */
  countsFrom: number;
}

export function createSubscriberAcknowledgements(): SubscriberAcknowledgements {
  const subscribers = new Map<string, Subscriber>();
  /** Disconnected subscribers, longest first. */
  const absent = new Map<string, Subscriber>();
  const listeners = new Set<(subscriber: string) => void>();

  return {
    admits(id, identity) {
      const known = subscribers.get(id);
      return known === undefined || known.identity === identity;
    },
    opened(stream) {
      const subscriber = subscribers.get(stream.subscriber) ?? newcomer(stream);
      // What it has acknowledged was said of what it followed then, not of what it begins to follow now.
      if (!Array.from(subscriber.streams).some(({ list }) => coversList(list, stream.list)))
        subscriber.ackedRevision = 0;
      if (subscriber.absentSince !== undefined || subscriber.countsFrom === Infinity) {
        subscriber.streams.clear();
        subscriber.absentSince = undefined;
        absent.delete(stream.subscriber);
      }
      if (subscriber.countsFrom === Infinity) subscriber.countsFrom = 0;
      subscriber.streams.add(stream);
      subscribers.set(stream.subscriber, subscriber);
      changed(stream.subscriber);
    },
    closed(stream, now) {
      forgetAbsent(now);
      const subscriber = subscribers.get(stream.subscriber);
      if (subscriber?.streams.has(stream) !== true) return;
      if (subscriber.streams.size > 1) subscriber.streams.delete(stream);
      else {
        subscriber.absentSince = now;
        absent.set(stream.subscriber, subscriber);
      }
      changed(stream.subscriber);
    },
    grown(stream, revision) {
      const subscriber = subscribers.get(stream.subscriber);
      if (subscriber?.streams.has(stream) !== true) return;
      [subscriber.ackedRevision, subscriber.countsFrom] = [0, Math.max(subscriber.countsFrom, revision)];
      changed(stream.subscriber);
    },
    beginAnew() {
      for (const known of subscribers.values()) [known.ackedRevision, known.countsFrom] = [0, Infinity];
    },
    acknowledge({ subscriber: id, secret, revision, isGoodbye }, now) {
      forgetAbsent(now);
      const subscriber = subscribers.get(id);
      if (subscriber === undefined) return 'unknown';
      const stream = Array.from(subscriber.streams).find((each) => sameSecret(each.secret, secret));
      if (stream === undefined) return 'wrong_secret';
      if (isGoodbye) subscriber.streams.delete(stream);
      else if (revision >= subscriber.countsFrom)
        subscriber.ackedRevision = Math.max(subscriber.ackedRevision, revision);
      if (subscriber.streams.size === 0) forget(id);
      else changed(id);
      return 'noted';
    },
    of(serviceName, revision) {
      const by: Record<keyof AcknowledgedBy, string[]> = { acked: [], missing: [] };
      for (const [id, subscriber] of subscribers)
        if (watches(subscriber, serviceName)) by[standing(subscriber, revision)].push(id);
      return by;
    },
    known(id) {
      const subscriber = subscribers.get(id);
      if (subscriber === undefined) return undefined;
      const { identity, streams, absentSince } = subscriber;
      const claims = Array.from(streams).flatMap(({ claim }) => claim ?? []);
      return { identity, claim: claims.at(-1), isConnected: absentSince === undefined };
    },
    get size() {
      return subscribers.size;
    },
    standingOf(id, serviceName, revision) {
      const subscriber = subscribers.get(id);
      return subscriber && watches(subscriber, serviceName) ? standing(subscriber, revision) : undefined;
    },
    forgetAbsent,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };

  function forgetAbsent(now: number): number | undefined {
    for (const [id, { absentSince = now }] of absent) {
      const forgottenAt = absentSince + ABSENCE_LIMIT_MS;
      if (forgottenAt > now) return forgottenAt;
      forget(id);
    }
    return undefined;
  }

  function forget(id: string): void {
    absent.delete(id);
    subscribers.delete(id);
    changed(id);
  }

  function changed(id: string): void {
    for (const listener of [...listeners]) listener(id);
  }
}

function newcomer({ identity }: SubscriberStream): Subscriber {
  return { streams: new Set(), absentSince: undefined, identity, ackedRevision: 0, countsFrom: 0 };
}

function standing({ ackedRevision }: Subscriber, revision: number): keyof AcknowledgedBy {
  return ackedRevision >= revision ? 'acked' : 'missing';
}

function watches({ streams }: Subscriber, serviceName: string): boolean {
  return Array.from(streams).some(({ list }) => concerns(list, serviceName));
}
