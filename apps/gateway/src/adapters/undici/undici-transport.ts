import type { Transport } from '../../ports/transport';
import { createConnectionPool, type ConnectionPoolOptions } from './connection-pool';

/** HTTP/1.1 by undici's clients. */
export function createUndiciTransport(options: ConnectionPoolOptions): Transport {
  return { connectionsTo: (origin) => createConnectionPool(origin, options) };
}
