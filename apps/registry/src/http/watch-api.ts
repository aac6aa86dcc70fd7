import { watchQuerySchema } from '@rollcall/contracts';
import { registryClosing, tooManyWatchers } from '../errors';
import type { WatchHub } from '../watch/watch-hub';
import { watchListOf } from '../watch/watch-list';
import type { CallDefinition } from './call-route';
import { answerHeadOfStream, openEventStream } from './event-stream';

export interface WatchApiOptions {
  readonly hub: WatchHub;
  readonly maxWatchers: number;
  readonly retryAfterSeconds: number;
  /** Aborted when no stream may be opened any more. */
  readonly closing: AbortSignal;
}

/** Ten more seconds without an answer (libuv's choice) end the connection: sooner than the next ping is sent. */
const KEEP_ALIVE_AFTER_MS = 3000;

export function watchApi(options: WatchApiOptions): readonly CallDefinition[] {
  const { hub, maxWatchers, retryAfterSeconds, closing } = options;
  return [
    {
      method: 'GET',
      path: '/watch',
      needs: 'read',
      answer({ req, res, query }) {
        const { services, subscriber } = query(watchQuerySchema);
        // A HEAD has no body to stream, and nothing would ever end it.
        if (req.method === 'HEAD') return answerHeadOfStream(res);
        if (closing.aborted) throw registryClosing();
        if (hub.count >= maxWatchers) throw tooManyWatchers(maxWatchers, retryAfterSeconds);
        // Drains wait for a subscriber that has vanished without a word, until this finds out.
        req.socket.setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
        const lastEventId = req.headers['last-event-id'];
        hub.open({
          list: watchListOf(services),
          lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
          subscriber,
          sink: openEventStream(res),
        });
        return undefined;
      },
    },
  ];
}
