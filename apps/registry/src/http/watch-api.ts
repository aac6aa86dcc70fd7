import {
  MAX_WATCH_BODY_BYTES,
  watchAdditionsRequestSchema,
  watchQuerySchema,
  watchRequestSchema,
  type WatchRequest,
} from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import { registryClosing, streamSecretWrong, subscriberTaken, subscriberUnknown } from '../errors';
import { tooManyWatchedNames, tooManyWatchers } from '../limit-errors';
import type { Shares } from '../shares/shares';
import type { SubscriberAcknowledgements } from '../watch/subscriber-acknowledgements';
import type { WatchHub } from '../watch/watch-hub';
import { watchListOf } from '../watch/watch-list';
import type { Call, CallDefinition } from './call-route';
import { openInTime, type OpenInTimeDeps } from './open-in-time';
import { answerHeadOfStream, openEventStream } from './sse-response';

export interface WatchApiOptions extends OpenInTimeDeps {
  readonly hub: WatchHub;
  readonly acknowledgements: SubscriberAcknowledgements;
  /** The places of streams, and those of the names on them. */
  readonly watchers: Shares;
  readonly watchedNames: Shares;
  readonly retryAfterSeconds: number;
  /** Aborts when no stream may be opened any more. */
  readonly closing: AbortSignal;
}

/** Ten more seconds without an answer (libuv's choice) end the connection: sooner than the next ping is sent. */
const KEEP_ALIVE_AFTER_MS = 3000;

export function watchApi(options: WatchApiOptions): readonly CallDefinition[] {
  const { hub, acknowledgements, watchers, watchedNames, retryAfterSeconds, closing } = options;
  return [
    {
      method: 'GET',
      path: '/watch',
      needs: 'read',
      answer(call) {
        const asked = call.query(watchQuerySchema);
        // A HEAD has no body to stream, and nothing would ever end it.
        return call.req.method === 'HEAD' ? answerHeadOfStream(call.res) : openStream(call, asked);
      },
    },
    {
      method: 'POST',
      path: '/watch',
      needs: 'read',
      longestBody: MAX_WATCH_BODY_BYTES,
      answer: async (call) => await openStream(call, await call.body(watchRequestSchema)),
    },
    {
      method: 'POST',
      path: '/watch/additions',
      needs: 'read',
      longestBody: MAX_WATCH_BODY_BYTES,
      answer: add,
    },
  ];

  function openStream(call: Call, request: WatchRequest): undefined | Promise<undefined> {
    return openInTime(options, call.req, watchListOf(request.services), () => open(call, request));
  }

  function open({ req, res, caller }: Call, { services, subscriber, as }: WatchRequest): undefined {
    // Once more: while a body was on its way the tokens may have changed.
    const identity = caller.require('read');
    if (closing.aborted) throw registryClosing();
    const holder = caller.holder();
    const verdict = watchers.verdict(holder);
    if (verdict !== 'free') throw tooManyWatchers(watchers.bound, verdict, retryAfterSeconds);
    if (subscriber !== undefined && !acknowledgements.admits(subscriber, identity)) throw subscriberTaken();
    const names = placesForNames(services.length);
    // Drains wait for a subscriber whose host has vanished until TCP keep-alive detects it.
    req.socket.setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
    const lastEventId = req.headers['last-event-id'];
    const sink = openEventStream(res);
    const releases = [
      watchers.take(holder),
      watchedNames.take(holder, names),
      caller.whileAllowed('read', () => sink.end()),
    ];
    sink.onClose(() => {
      for (const release of releases) release();
    });
    hub.open({
      list: watchListOf(services),
      lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
      subscriber,
      ...(as !== undefined && { claim: { instanceId: as, mayWrite: mayWriteAs(caller) } }),
      identity,
      /** Names that are added later count for the holder of the stream. */
      onGrown: (count) => releases.push(watchedNames.take(holder, count)),
      sink,
    });
    return undefined;

    function placesForNames(count: number): number {
      const verdictOfNames = watchedNames.verdict(holder, count);
      if (verdictOfNames !== 'free')
        throw tooManyWatchedNames(watchedNames.bound, verdictOfNames, retryAfterSeconds);
      return count;
    }
  }

  async function add({ body, caller }: Call): Promise<Reply> {
    const { subscriber, stream_secret: secret, services } = await body(watchAdditionsRequestSchema);
    caller.require('read');
    const verdictOfNames = watchedNames.verdict(caller.holder(), services.length);
    if (verdictOfNames !== 'free')
      throw tooManyWatchedNames(watchedNames.bound, verdictOfNames, retryAfterSeconds);
    return replyToSubscriber(hub.add({ subscriber, secret, names: services }), caller);
  }
}

/** By the tokens in force when it is asked. */
function mayWriteAs(caller: Pick<Call['caller'], 'may'>): (serviceName: string) => boolean {
  return (serviceName) => caller.may(`write:${serviceName}`);
}

/** The answer to a call that the secret of a stream authorises. */
export function replyToSubscriber(
  outcome: 'added' | 'noted' | 'unknown' | 'wrong_secret',
  caller: Pick<Call['caller'], 'hadWrongSecret'>,
): Reply {
  if (outcome === 'unknown') throw subscriberUnknown();
  if (outcome !== 'wrong_secret') return { status: 204 };
  caller.hadWrongSecret();
  throw streamSecretWrong();
}
