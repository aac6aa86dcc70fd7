import { createAddressGuard, type AddressGuard } from '@rollcall/address-guard';
import {
  followClientPair,
  type ClientPairLoop,
  type Logger,
  type REGISTRY_PAIR,
} from '@rollcall/service-kit';
import { createHttp1Transport, type Http1TransportOptions } from './adapters/http1/http1-transport';
import { createHttp2Transport } from './adapters/http2/http2-transport';
import { needsPingWatchdog } from './adapters/http2/ping-watchdog';
import { createNegotiatedConnections } from './adapters/negotiated-connections';
import type { GatewayConfig, UPSTREAM_PAIR } from './config';
import type { Transport } from './ports/transport';

export type TransportSettings = Pick<
  GatewayConfig,
  'NODE_ENV' | 'ALLOWED_CIDRS' | 'CONNECT_TIMEOUT_MS' | 'MAX_ANSWER_HEAD_BYTES'
>;

/** Shorter than any instance's own time-out, see `ConnectionPoolOptions`. */
const KEEP_ALIVE_MS = 60_000;

/** A broken session holds its connection for twice as long at most. */
const PING_EVERY_MS = 10_000;

/** What reaches instances, and does not reach what only this machine can. */
export function composeTransport(
  settings: TransportSettings,
  parts: Pick<Http1TransportOptions, 'writes' | 'sendQueue' | 'buffers' | 'now' | 'ca' | 'pair'>,
): Transport {
  const options = {
    guard: composeAddressGuard(settings),
    connectTimeoutMs: settings.CONNECT_TIMEOUT_MS,
    keepAliveMs: KEEP_ALIVE_MS,
    maxHeadBytes: settings.MAX_ANSWER_HEAD_BYTES,
    ...parts,
  };
  const http1 = createHttp1Transport(options);
  const pingEveryMs = needsPingWatchdog(process.versions.node) ? PING_EVERY_MS : undefined;
  const http2 = createHttp2Transport({ ...options, pingEveryMs });
  return {
    connectionsTo(origin, protocol) {
      if (origin.startsWith('https:'))
        return createNegotiatedConnections({
          http1: () => http1.connectionsTo(origin),
          http2: (elsewhere) => http2.connectionsTo(origin, elsewhere),
        });
      return protocol === 'h2c' ? http2.connectionsTo(origin) : http1.connectionsTo(origin);
    },
  };
}

/** What keeps this gateway from addresses that only this machine can reach. */
export function composeAddressGuard({
  NODE_ENV,
  ALLOWED_CIDRS,
}: Pick<TransportSettings, 'NODE_ENV' | 'ALLOWED_CIDRS'>): AddressGuard {
  return createAddressGuard({ forbidLoopback: NODE_ENV === 'production', allowedCidrs: ALLOWED_CIDRS });
}

/** What is shown to servers that ask for a certificate. */
export function composeClientPair(
  settings: typeof UPSTREAM_PAIR | typeof REGISTRY_PAIR,
  config: Readonly<GatewayConfig>,
  logger: Logger,
): ClientPairLoop | undefined {
  const { [settings.certFile]: certFile, [settings.keyFile]: keyFile } = config;
  if (certFile === undefined || keyFile === undefined) return undefined;
  return followClientPair({ certFile, keyFile, settings }, { logger });
}
