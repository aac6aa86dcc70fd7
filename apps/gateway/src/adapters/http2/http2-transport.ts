import type { Connections } from '../../ports/transport';
import { createDeadlineWatch, DEADLINE_ROUND_MS } from '../http1/deadline-watch';
import { createSocketOpener, type SocketOptions } from '../http1/socket-opener';
import type { SendElsewhere } from '../negotiated-connections';
import { createSessionPool, type SessionPoolOptions } from './session-pool';

export interface Http2TransportOptions
  extends Omit<SessionPoolOptions, 'opener' | 'deadlines' | 'elsewhere'>,
    SocketOptions {}

export interface Http2Transport {
  /** @param elsewhere see `SessionPoolOptions` */
  connectionsTo(origin: string, elsewhere?: SendElsewhere): Connections;
}

/** A transport that speaks HTTP/2: in the clear without asking (RFC 9113 §3.3), or over TLS where that was agreed on. */
export function createHttp2Transport({ guard, ca, pair, ...options }: Http2TransportOptions): Http2Transport {
  const deadlines = createDeadlineWatch({ everyMs: DEADLINE_ROUND_MS, now: options.now });
  return {
    connectionsTo: (origin, elsewhere) =>
      createSessionPool({
        ...options,
        elsewhere,
        deadlines,
        opener: createSocketOpener(origin, { guard, ca, pair, protocols: ['h2', 'http/1.1'] }),
      }),
  };
}
