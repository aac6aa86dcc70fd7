import type { Connections, OutgoingRequest } from '../../ports/transport';
import type { WriteRound } from '../../ports/write-round';
import { closedEarly, destroyed, unsendable } from '../http1/attempt-errors';
import { connectTimeoutOf, failAtOnce } from '../http1/connection-pool';
import type { SendElsewhere } from '../negotiated-connections';
import type { DeadlineWatch } from '../http1/deadline-watch';
import type { SocketOpener } from '../http1/socket-opener';
import { requestFields } from './request-fields';
import { Session } from './session';
import { StreamAttempt } from './stream-attempt';
import { noStreamLeft } from './stream-errors';

export interface SessionPoolOptions {
  readonly opener: SocketOpener;
  readonly deadlines: DeadlineWatch;
  /** Milliseconds to connect in, until the instance's SETTINGS have come. */
  readonly connectTimeoutMs: number;
  /** Milliseconds an idle session is kept. */
  readonly keepAliveMs: number;
  /** Bytes of an answer's fields. */
  readonly maxHeadBytes: number;
  readonly writes: WriteRound;
  /** Milliseconds; see `PingWatchdog`. */
  readonly pingEveryMs: number | undefined;
  /** Takes what was to be sent when the instance does not agree on HTTP/2. */
  readonly elsewhere?: SendElsewhere | undefined;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** Streams on one session beyond which another one is opened: a lost packet stops all that one connection carries. */
const ENOUGH_STREAMS = 100;

/** Each is a connection of the instance's; an instance that allows one stream each must not be flooded with them. */
const MAX_OPEN_SESSIONS = 8;

/**
 * Those included that the instance has ended by GOAWAY while they carry streams. A server with a maximum age of its
 * connections leaves one behind with each long stream, so there are many in good order.
 */
const MAX_SESSIONS = 256;

/** The sessions to one instance: one, until it carries enough; then another one beside it. */
export function createSessionPool(options: SessionPoolOptions): Connections {
  const { opener, deadlines, keepAliveMs, maxHeadBytes, now } = options;
  const origin = new URL(opener.origin);
  /** All whose sockets may be open. */
  const all = new Set<Session>();
  /** Those that take further requests, the oldest first. */
  let open: readonly Session[] = [];
  let keep = true;

  function connect(request: OutgoingRequest): Session {
    const session = new Session({
      ...options,
      connectTimeoutMs: connectTimeoutOf(request, options.connectTimeoutMs),
      onIdle,
      onClosing: leave,
      onClosed,
      onNotAgreed(attempts) {
        for (const attempt of attempts) {
          if (options.elsewhere === undefined) attempt.fail(closedEarly());
          else attempt.sendElsewhere(options.elsewhere);
        }
      },
      onSurplus: (attempts) => attempts.forEach((attempt) => place(attempt)),
    });
    all.add(session);
    open = [...open, session];
    deadlines.watch(session);
    return session;
  }

  function onIdle(session: Session): void {
    if (keep) session.idleUntil = now() + keepAliveMs;
    else session.close();
  }

  function leave(session: Session): void {
    open = open.filter((one) => one !== session);
  }

  function onClosed(session: Session): void {
    leave(session);
    all.delete(session);
    deadlines.unwatch(session);
  }

  /** One that has room, a further one, or the one with the most room left. */
  function choose(request: OutgoingRequest): Session | undefined {
    const enough = (session: Session): number => Math.min(session.limit, ENOUGH_STREAMS);
    const roomy = open.find(
      (session) => session.streams < enough(session) && (session.isConnecting || !request.freshSocket),
    );
    if (roomy !== undefined) return roomy;
    if (open.length < MAX_OPEN_SESSIONS && all.size < MAX_SESSIONS) return connect(request);
    const room = (session: Session): number => session.limit - session.streams;
    const [best] = [...open].sort((a, b) => room(b) - room(a) || a.streams - b.streams);
    return best !== undefined && room(best) > 0 ? best : undefined;
  }

  function place(attempt: StreamAttempt): void {
    let session: Session | undefined;
    try {
      session = choose(attempt.request);
    } catch (error) {
      return attempt.fail(error instanceof Error ? error : new Error(String(error)));
    }
    if (session !== undefined) return session.run(attempt);
    attempt.fail(noStreamLeft({ open: open.length, closing: all.size - open.length }));
  }

  return {
    send(request, receiver) {
      const fields = requestFields(request, origin);
      if (typeof fields === 'string') return failAtOnce(receiver, unsendable(fields));
      const attempt = new StreamAttempt(fields, request, receiver, maxHeadBytes);
      place(attempt);
      return attempt;
    },
    keepIdle(wanted) {
      keep = wanted;
      if (keep) return;
      for (const session of open) if (session.streams === 0 && !session.isConnecting) session.close();
    },
    async destroy() {
      keep = false;
      const sessions = [...all];
      for (const session of sessions) session.destroy(destroyed());
      await Promise.all(sessions.map(({ closed }) => closed));
    },
    counts: () => ({ open: all.size, idle: open.filter(({ streams }) => streams === 0).length }),
  };
}
