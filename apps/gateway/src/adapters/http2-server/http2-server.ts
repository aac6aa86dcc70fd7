import { constants, createServer, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Http2Connections } from '@rollcall/service-kit';
import { SESSION_LIMITS, SESSION_SETTINGS } from '../http2-common/session-settings';
import { MAX_HEADER_LIST_BYTES } from './received-head';
import { CallerSession, type SessionOptions } from './session';

export interface Http2ServerOptions extends Omit<SessionOptions, 'hangUp'> {
  /** Streams that one session may have open. */
  readonly maxStreams: number;
  /** Streams of all sessions together. */
  readonly maxStreamsInTotal: number;
}

export interface Http2Server extends Http2Connections {
  counts(): { readonly sessions: number; readonly streams: number };
}

/** Name and value each; a few more than are taken, so that those are refused by an answer that says why. */
const MAX_HEADER_PAIRS = 104;
/** Resets that nghttp2 itself lets a session make, where Node knows the options (22 and later). */
const STREAM_RESETS = { streamResetBurst: 200, streamResetRate: 20 };

/** Serves the connections whose callers speak HTTP/2, by Node's streams and not by its classes that look like HTTP/1.1. */
export function createHttp2Server(options: Http2ServerOptions): Http2Server {
  const { maxStreams, maxStreamsInTotal, onRequest } = options;
  const sessions = new Set<CallerSession>();
  let inProgress = 0;
  let accepted: Duplex | undefined;
  let draining = false;
  let closing = false;
  const server = createServer({
    ...SESSION_LIMITS,
    ...STREAM_RESETS,
    maxHeaderListPairs: MAX_HEADER_PAIRS,
    settings: {
      ...SESSION_SETTINGS,
      maxConcurrentStreams: maxStreams,
      maxHeaderListSize: MAX_HEADER_LIST_BYTES,
    },
  });
  server.on('session', (session) => {
    const socket = accepted;
    const hangUp = (): void => void socket?.destroy();
    const caller = new CallerSession(session, { ...options, onRequest: takeRequest, hangUp });
    sessions.add(caller);
    session.once('close', () => sessions.delete(caller));
    if (closing) caller.close('drained');
    else if (draining) caller.closeAfterTurn();
  });
  // Told by each session, which is the one that ends of it.
  server.on('sessionError', () => undefined);

  function openStreams(): number {
    let streams = 0;
    for (const caller of sessions) streams += caller.streams;
    return streams;
  }

  function takeRequest(stream: ServerHttp2Stream, raw: readonly string[], caller: CallerSession): void {
    if (inProgress >= maxStreamsInTotal) return caller.reset(stream, constants.NGHTTP2_REFUSED_STREAM);
    inProgress += 1;
    stream.once('close', () => (inProgress -= 1));
    onRequest(stream, raw, caller);
  }

  return {
    serve(socket) {
      if (socket.destroyed) return;
      // The port keeps connections whose callers have closed their half, for HTTP/1.1. Here such a caller has gone.
      socket.allowHalfOpen = false;
      accepted = socket;
      server.emit('connection', socket);
    },
    drain() {
      draining = true;
      for (const caller of sessions) caller.close('drained');
    },
    close() {
      closing = true;
      for (const caller of sessions) caller.close('drained');
    },
    cut() {
      for (const caller of sessions) caller.cut();
    },
    counts: () => ({ sessions: sessions.size, streams: openStreams() }),
  };
}
