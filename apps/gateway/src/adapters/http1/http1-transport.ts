import type { Connections } from '../../ports/transport';
import { createConnectionPool, type ConnectionPoolOptions } from './connection-pool';
import { createDeadlineWatch, DEADLINE_ROUND_MS } from './deadline-watch';
import { createSocketOpener, type SocketOptions } from './socket-opener';

export interface Http1TransportOptions
  extends Omit<ConnectionPoolOptions, 'opener' | 'deadlines'>,
    SocketOptions {}

export interface Http1Transport {
  /** @param origin scheme, host and port, e.g. `http://10.0.0.7:8081` */
  connectionsTo(origin: string): Connections;
}

/** A transport that speaks HTTP/1.1, in the clear or over TLS. */
export function createHttp1Transport({ guard, ca, pair, ...options }: Http1TransportOptions): Http1Transport {
  const deadlines = createDeadlineWatch({ everyMs: DEADLINE_ROUND_MS, now: options.now });
  return {
    connectionsTo: (origin) =>
      createConnectionPool({
        ...options,
        deadlines,
        opener: createSocketOpener(origin, { guard, ca, pair }),
      }),
  };
}
