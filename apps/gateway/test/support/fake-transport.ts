import type { Attempt, OutgoingRequest, ResponseReceiver, Transport } from '../../src/ports/transport';

/** What was sent to one address, and how to answer it. */
export interface SentAttempt {
  readonly origin: string;
  readonly request: OutgoingRequest;
  readonly receiver: ResponseReceiver;
}

/** A transport for specs of what is built upon it: keeps what is sent, and answers when told to. */
export interface FakeTransport extends Transport {
  readonly sent: readonly SentAttempt[];
  /** Addresses whose idle connections may be kept at the moment. */
  keptOrigins(): readonly string[];
  /** Addresses whose connections were destroyed. */
  readonly destroyed: readonly string[];
}

export function createFakeTransport(): FakeTransport {
  const sent: SentAttempt[] = [];
  const kept = new Set<string>();
  const destroyed: string[] = [];

  return {
    sent,
    destroyed,
    keptOrigins: () => [...kept],
    connectionsTo(origin) {
      kept.add(origin);
      return {
        send(request, receiver): Attempt {
          sent.push({ origin, request, receiver });
          return { abort: () => undefined, resume: () => undefined };
        },
        keepIdle(keep) {
          if (keep) kept.add(origin);
          else kept.delete(origin);
        },
        destroy() {
          destroyed.push(origin);
          return Promise.resolve();
        },
        counts: () => ({ open: 0, idle: 0 }),
      };
    },
  };
}
