import { watchQuerySchema } from '@rollcall/contracts';
import { validate } from '@rollcall/service-kit';
import type { Express } from 'express';
import { registryClosing, tooManyWatchers } from '../errors';
import type { WatchHub } from '../watch/watch-hub';
import { watchListOf } from '../watch/watch-list';
import { accessPass } from './access-pass';
import type { CallerOf } from './caller';
import { EVENT_STREAM, openEventStream } from './response-sink';

export interface WatchRouteOptions {
  readonly hub: WatchHub;
  readonly callerOf: CallerOf;
  readonly maxWatchers: number;
  readonly retryAfterSeconds: number;
  /** Aborted when no stream may be opened any more. */
  readonly closing: AbortSignal;
}

/** Ten more seconds without an answer (libuv's choice) end the connection: sooner than the next ping is sent. */
const KEEP_ALIVE_AFTER_MS = 3000;

export function mountWatchRoute(app: Express, options: WatchRouteOptions): void {
  const { hub, callerOf, maxWatchers, retryAfterSeconds, closing } = options;
  app.get('/watch', accessPass(callerOf, 'read'), (req, res) => {
    const { services, subscriber } = validate(watchQuerySchema, req.query, 'query');
    // A HEAD has no body to stream, and nothing would ever end it.
    if (req.method === 'HEAD') return void res.type(EVENT_STREAM).end();
    if (closing.aborted) throw registryClosing();
    if (hub.count >= maxWatchers) throw tooManyWatchers(maxWatchers, retryAfterSeconds);
    // Drains wait for a subscriber that has vanished without a word, until this finds out.
    req.socket.setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
    hub.open({
      list: watchListOf(services),
      lastEventId: req.get('Last-Event-ID'),
      subscriber,
      sink: openEventStream(res),
    });
  });
}
