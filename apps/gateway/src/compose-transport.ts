import { createAddressGuard } from '@rollcall/address-guard';
import { createHttp1Transport, type Http1TransportOptions } from './adapters/http1/http1-transport';
import type { GatewayConfig } from './config';
import type { Transport } from './ports/transport';

export type TransportSettings = Pick<
  GatewayConfig,
  'NODE_ENV' | 'ALLOWED_CIDRS' | 'CONNECT_TIMEOUT_MS' | 'MAX_ANSWER_HEAD_BYTES'
>;

/** Shorter than any instance's own time-out, see `ConnectionPoolOptions`. */
const KEEP_ALIVE_MS = 60_000;

/** What reaches instances, and does not reach what only this machine can. */
export function composeTransport(
  settings: TransportSettings,
  parts: Pick<Http1TransportOptions, 'writes' | 'sendQueue' | 'buffers' | 'now' | 'ca'>,
): Transport {
  return createHttp1Transport({
    guard: createAddressGuard({
      forbidLoopback: settings.NODE_ENV === 'production',
      allowedCidrs: settings.ALLOWED_CIDRS,
    }),
    connectTimeoutMs: settings.CONNECT_TIMEOUT_MS,
    keepAliveMs: KEEP_ALIVE_MS,
    maxHeadBytes: settings.MAX_ANSWER_HEAD_BYTES,
    ...parts,
  });
}
