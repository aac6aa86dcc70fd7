import { Client } from 'undici';
import type { Connections } from '../../ports/transport';
import { createAttempt } from './attempt';

export interface ConnectionPoolOptions {
  /** Milliseconds to connect in, the name look-up and TLS included. */
  readonly connectTimeoutMs: number;
  /**
   * Milliseconds an idle connection is kept. Must be shorter than the instance's own time-out (75 000 in service-kit),
   * else a request meets a connection that is being closed (https://github.com/nodejs/node/issues/20256).
   */
  readonly keepAliveMs: number;
  /** Bytes of an answer's header fields. */
  readonly maxHeaderBytes: number;
}

/** One connection at most: an undici client that sends one request at a time. */
export interface Connection {
  readonly client: Client;
  connected: boolean;
  /** Requests begun on the socket that stands now. */
  served: number;
}

/**
 * A pool of our own instead of undici's, because three things must be known that its Pool does not tell: whether a
 * request goes out on a socket that was used before, how to get a fresh one, and how to close the idle ones only.
 * The last one used is used again first, so that what is not needed grows old and closes.
 */
export function createConnectionPool(origin: string, options: ConnectionPoolOptions): Connections {
  const open = new Set<Connection>();
  const idle: Connection[] = [];
  let keep = true;

  function connect(): Connection {
    const client = new Client(origin, {
      connectTimeout: options.connectTimeoutMs,
      keepAliveTimeout: options.keepAliveMs,
      // An instance may ask for less by its Keep-Alive field, never for more.
      keepAliveMaxTimeout: options.keepAliveMs,
      maxHeaderSize: options.maxHeaderBytes,
      pipelining: 1,
      allowH2: false,
    });
    const connection: Connection = { client, connected: false, served: 0 };
    client.on('connect', () => {
      connection.connected = true;
      connection.served = 0;
    });
    client.on('disconnect', () => {
      connection.connected = false;
      const place = idle.indexOf(connection);
      if (place === -1) return;
      idle.splice(place, 1);
      close(connection);
    });
    // It can take the next request: whatever became of the last one is over.
    client.on('drain', () => {
      if (keep && connection.connected) idle.push(connection);
      else close(connection);
    });
    open.add(connection);
    return connection;
  }

  function close(connection: Connection): void {
    open.delete(connection);
    void connection.client.destroy();
  }

  return {
    send(request, receiver) {
      const connection = (request.freshSocket ? undefined : idle.pop()) ?? connect();
      return createAttempt(connection, request, receiver);
    },
    keepIdle(wanted) {
      keep = wanted;
      if (!keep) for (const connection of idle.splice(0)) close(connection);
    },
    async destroy() {
      keep = false;
      idle.length = 0;
      const connections = [...open];
      open.clear();
      await Promise.all(connections.map(({ client }) => client.destroy()));
    },
    counts: () => ({ open: open.size, idle: idle.length }),
  };
}
