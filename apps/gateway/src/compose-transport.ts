import { readFileSync } from 'node:fs';
import { createAddressGuard } from '@rollcall/address-guard';
import type { SendQueue } from '@rollcall/service-kit';
import { createHttp1Transport } from './adapters/http1/http1-transport';
import type { GatewayConfig } from './config';
import type { Transport } from './ports/transport';
import type { WriteRound } from './ports/write-round';

export type TransportSettings = Pick<
  GatewayConfig,
  'NODE_ENV' | 'ALLOWED_CIDRS' | 'CONNECT_TIMEOUT_MS' | 'MAX_ANSWER_HEAD_BYTES' | 'UPSTREAM_CA_FILE'
>;

/** Shorter than any instance's own time-out, see `ConnectionPoolOptions`. */
const KEEP_ALIVE_MS = 60_000;

/** What reaches instances, and does not reach what only this machine can. */
export function composeTransport(
  settings: TransportSettings,
  {
    writes,
    sendQueue,
    now,
  }: { readonly writes: WriteRound; readonly sendQueue: SendQueue; readonly now: () => number },
): Transport {
  const { UPSTREAM_CA_FILE: caFile } = settings;
  return createHttp1Transport({
    guard: createAddressGuard({
      forbidLoopback: settings.NODE_ENV === 'production',
      allowedCidrs: settings.ALLOWED_CIDRS,
    }),
    connectTimeoutMs: settings.CONNECT_TIMEOUT_MS,
    keepAliveMs: KEEP_ALIVE_MS,
    maxHeadBytes: settings.MAX_ANSWER_HEAD_BYTES,
    writes,
    sendQueue,
    now,
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') }),
  });
}
