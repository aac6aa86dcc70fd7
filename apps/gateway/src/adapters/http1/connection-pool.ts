import type { SendQueue } from '@rollcall/service-kit';
import type { Attempt, Connections, OutgoingRequest, ResponseReceiver } from '../../ports/transport';
import type { WriteRound } from '../../ports/write-round';
import { destroyed, outcomeOf, unsendable } from './attempt-errors';
import { Connection } from './connection';
import type { DeadlineWatch } from './deadline-watch';
import type { ReadBuffers } from './read-buffers';
import { requestHead } from './request-head';
import type { SocketOpener } from './socket-opener';

export interface ConnectionPoolOptions {
  readonly opener: SocketOpener;
  readonly deadlines: DeadlineWatch;
  /** Milliseconds to connect in, the name look-up and TLS included. */
  readonly connectTimeoutMs: number;
  /**
   * Milliseconds an idle connection is kept. Must be shorter than the instance's own time-out (75 000 in service-kit),
   * else a request meets a connection that is being closed (https://github.com/nodejs/node/issues/20256).
   */
  readonly keepAliveMs: number;
  /** Bytes of an answer's status line and fields. */
  readonly maxHeadBytes: number;
  readonly writes: WriteRound;
  readonly sendQueue: SendQueue;
  readonly buffers: ReadBuffers;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** A connection is closed so much earlier than the instance announces to close it, as its clock began before ours. */
const KEEP_ALIVE_MARGIN_MS = 1000;

const OVER: Attempt = { abort: () => undefined, resume: () => undefined };

/** A pool of the connections to one instance. The last one used is used again first, so that surplus ones grow old and close. */
export function createConnectionPool(options: ConnectionPoolOptions): Connections {
  const { opener, deadlines, keepAliveMs, now } = options;
  const open = new Set<Connection>();
  const idle: Connection[] = [];
  let keep = true;

  function connect(request: OutgoingRequest): Connection {
    const connectTimeoutMs = connectTimeoutOf(request, options.connectTimeoutMs);
    const connection = new Connection({ ...options, connectTimeoutMs, onFree, onLost });
    open.add(connection);
    deadlines.watch(connection);
    return connection;
  }

  function onFree(connection: Connection, announcedMs: number): void {
    const forMs = Math.min(keepAliveMs, announcedMs - KEEP_ALIVE_MARGIN_MS);
    if (!keep || forMs <= 0) return connection.destroy();
    connection.idleUntil = now() + forMs;
    idle.push(connection);
  }

  function onLost(connection: Connection): void {
    open.delete(connection);
    deadlines.unwatch(connection);
    const place = idle.indexOf(connection);
    if (place !== -1) idle.splice(place, 1);
  }

  return {
    send(request, receiver) {
      const head = requestHead(request, opener.authority);
      if (typeof head === 'string') return failAtOnce(receiver, unsendable(head));
      let connection = request.freshSocket ? undefined : idle.pop();
      try {
        connection ??= connect(request);
      } catch (error) {
        return failAtOnce(receiver, error);
      }
      return connection.run(head, request, receiver);
    },
    keepIdle(wanted) {
      keep = wanted;
      if (!keep) for (const connection of idle.splice(0)) connection.destroy();
    },
    async destroy() {
      keep = false;
      const connections = [...open];
      for (const connection of connections) connection.destroy(destroyed());
      await Promise.all(connections.map(({ closed }) => closed));
    },
    counts: () => ({ open: open.size, idle: idle.length }),
  };
}

/** Milliseconds to connect in for this request. @param byDefault where it says none itself */
export function connectTimeoutOf(
  { connectTimeoutMs, connectAtMostMs }: OutgoingRequest,
  byDefault: number,
): number {
  return Math.min(connectTimeoutMs ?? byDefault, connectAtMostMs ?? Infinity);
}

/** For what cannot even be begun. */
export function failAtOnce(receiver: ResponseReceiver, thrown: unknown): Attempt {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const outcome = outcomeOf(error, false);
  receiver.failed({ outcome, error, socketReused: false });
  return OVER;
}
