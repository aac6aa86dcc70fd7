import { sameSecret } from '@rollcall/service-kit';
import type { EventSink } from './event-sink';
import type { Watcher } from './watcher';

/** Open streams by their subscriber and then by their secret: those that may be added to. */
export interface NamedStreams {
  /** @param sink forgets the stream when it closes */
  add(
    name: { readonly subscriber: string; readonly secret: string },
    watcher: Watcher,
    sink: EventSink,
  ): void;
  /** `unknown`: no open stream of that subscriber; `wrong_secret`: the secret is of none of them. */
  find(subscriber: string, secret: string): Watcher | 'unknown' | 'wrong_secret';
}

export function createNamedStreams(): NamedStreams {
  const named = new Map<string, Map<string, Watcher>>();

  return {
    add({ subscriber, secret }, watcher, sink) {
      const streams = named.get(subscriber) ?? new Map<string, Watcher>();
      named.set(subscriber, streams.set(secret, watcher));
      sink.onClose(() => {
        streams.delete(secret);
        if (streams.size === 0 && named.get(subscriber) === streams) named.delete(subscriber);
      });
    },
    find(subscriber, secret) {
      const streams = named.get(subscriber);
      if (streams === undefined) return 'unknown';
      for (const [known, watcher] of streams) if (sameSecret(known, secret)) return watcher;
      return 'wrong_secret';
    },
  };
}
