import { REGISTRY_ERROR, type AcknowledgeRequest } from '@rollcall/contracts';
import type { FakeProblem } from './fake-answer';

/** What a stream follows; additions make it longer. */
export type FakeList = '*' | Set<string>;

/** Who watches under an id, and how far each has acknowledged. */
export interface FakeSubscribers {
  opened(subscriber: string, secret: string, services: FakeList): void;
  /** A list of its has grown: it has acknowledged nothing of that yet. */
  grown(subscriber: string): void;
  closed(subscriber: string, secret: string): void;
  /** @returns why it does not count, if it does not */
  acknowledge(request: AcknowledgeRequest): FakeProblem | undefined;
  /** Who of those that a drain of this service waits for has acknowledged the revision. */
  tally(serviceName: string, revision: number): { readonly acked: string[]; readonly missing: string[] };
}

interface FakeSubscriber {
  readonly open: Map<string, FakeList>;
  latestSecret: string;
  latestServices: FakeList;
  acknowledged: number;
  /** When its last stream was closed, milliseconds of `performance.now()`. */
  closedAt: number;
  gone: boolean;
}

/** For so long a subscriber without a stream may be on its way back. */
const RETURN_MS = 5000;

export function createFakeSubscribers(): FakeSubscribers {
  const subscribers = new Map<string, FakeSubscriber>();

  function isWaitedFor(subscriber: FakeSubscriber, serviceName: string): boolean {
    if (subscriber.gone) return false;
    const lists =
      subscriber.open.size > 0
        ? [...subscriber.open.values()]
        : performance.now() - subscriber.closedAt < RETURN_MS
          ? [subscriber.latestServices]
          : [];
    return lists.some((services) => services === '*' || services.has(serviceName));
  }

  return {
    opened(id, secret, services) {
      const known = subscribers.get(id);
      const acknowledged = known?.acknowledged ?? -1;
      const open = known?.open ?? new Map<string, FakeList>();
      open.set(secret, services);
      subscribers.set(id, {
        open,
        latestSecret: secret,
        latestServices: services,
        acknowledged,
        closedAt: 0,
        gone: false,
      });
    },

    grown(id) {
      const subscriber = subscribers.get(id);
      if (subscriber !== undefined) subscriber.acknowledged = -1;
    },

    closed(id, secret) {
      const subscriber = subscribers.get(id);
      subscriber?.open.delete(secret);
      if (subscriber?.open.size === 0) subscriber.closedAt = performance.now();
    },

    acknowledge({ subscriber: id, stream_secret: secret, revision, goodbye }) {
      const subscriber = subscribers.get(id);
      if (subscriber === undefined)
        return {
          status: 404,
          code: REGISTRY_ERROR.subscriberUnknown,
          detail: 'no stream of this subscriber',
        };
      if (secret !== subscriber.latestSecret && !subscriber.open.has(secret))
        return {
          status: 403,
          code: REGISTRY_ERROR.streamSecretWrong,
          detail: 'the secret of another stream',
        };
      if (goodbye === true) {
        // That of one stream: it counts for as long as it has another.
        subscriber.open.delete(secret);
        subscriber.gone = subscriber.open.size === 0;
      } else subscriber.acknowledged = Math.max(subscriber.acknowledged, revision);
      return undefined;
    },

    tally(serviceName, revision) {
      const waitedFor = [...subscribers].filter(([, subscriber]) => isWaitedFor(subscriber, serviceName));
      const named = (isAcked: boolean): string[] =>
        waitedFor.filter(([, { acknowledged }]) => acknowledged >= revision === isAcked).map(([id]) => id);
      return { acked: named(true), missing: named(false) };
    },
  };
}
