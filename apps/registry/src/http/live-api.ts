import { liveQuerySchema, type LiveQuery } from '@rollcall/contracts';
import { registryClosing } from '../errors';
import { tooManyLive } from '../limit-errors';
import type { LiveHub } from '../live/live-hub';
import type { Shares } from '../shares/shares';
import type { Traffic } from '../traffic/traffic';
import { watchListOf } from '../watch/watch-list';
import type { Call, CallDefinition } from './call-route';
import { openInTime, type OpenInTimeDeps } from './open-in-time';
import { answerHeadOfStream, openEventStream } from './sse-response';

export interface LiveApiOptions extends OpenInTimeDeps {
  readonly live: LiveHub;
  /** The places of these streams. */
  readonly livePlaces: Shares;
  readonly traffic: Traffic;
  readonly retryAfterSeconds: number;
  /** Aborts when no stream may be opened any more. */
  readonly closing: AbortSignal;
}

/** The stream for people. */
export function liveApi(options: LiveApiOptions): readonly CallDefinition[] {
  const { live, livePlaces, traffic, retryAfterSeconds, closing } = options;
  return [
    {
      method: 'GET',
      path: '/live',
      needs: 'read',
      answer(call) {
        const asked = call.query(liveQuerySchema);
        if (call.req.method === 'HEAD') return answerHeadOfStream(call.res);
        return openInTime(options, call.req, watchListOf(asked.services), () => open(call, asked));
      },
    },
  ];

  function open({ req, res, caller }: Call, { services }: LiveQuery): undefined {
    const identity = caller.require('read');
    if (closing.aborted) throw registryClosing();
    const holder = caller.holder();
    const verdict = livePlaces.verdict(holder);
    if (verdict !== 'free') throw tooManyLive(livePlaces.bound, verdict, retryAfterSeconds);
    const { 'last-event-id': lastEventId } = req.headers;
    const sink = openEventStream(res);
    const releases = [
      livePlaces.take(holder),
      traffic.watched(),
      caller.whileAllowed('read', () => sink.end()),
    ];
    sink.onClose(() => {
      for (const release of releases) release();
    });
    live.open({
      list: watchListOf(services),
      lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
      identity,
      sink,
    });
    return undefined;
  }
}
