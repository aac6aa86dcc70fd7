import { REGISTRY_ERROR, type AcknowledgeRequest, type WatchQuery } from '@rollcall/contracts';
import type { FakeProblem } from './fake-answer';

/** Who watches under an id, and how far each has acknowledged. */
export interface FakeSubscribers {
  opened(subscriber: string, secret: string, services: WatchQuery['services']): void;
  closed(subscriber: string, secret: string): void;
  /** @returns why it does not count, if it does not */
  acknowledge(request: AcknowledgeRequest): FakeProblem | undefined;
  /** Who of those that a drain of this service waits for has acknowledged the revision. */
  tally(serviceName: string, revision: number): { readonly acked: string[]; readonly missing: string[] };
}

interface FakeSubscriber {
  readonly open: Map<string, WatchQuery['services']>;
  latestSecret: string;
  latestServices: WatchQuery['services'];
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
    return lists.some((services) => services === '*' || services.includes(serviceName));
  }

  return {
    opened(id, secret, services) {
      const known = subscribers.get(id);
      const acknowledged = known?.acknowledged ?? -1;
      const open = known?.open ?? new Map<string, WatchQuery['services']>();
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
      subscriber.acknowledged = Math.max(subscriber.acknowledged, revision);
      subscriber.gone ||= goodbye === true;
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
