import { createAddressGuard } from '@rollcall/address-guard';
import { createSendQueue } from '@rollcall/service-kit';
import { createReadBuffers } from '../../src/adapters/http1/read-buffers';
import { createHttp1Transport } from '../../src/adapters/http1/http1-transport';
import { createHttp2Transport, type Http2TransportOptions } from '../../src/adapters/http2/http2-transport';
import { createNegotiatedConnections } from '../../src/adapters/negotiated-connections';
import type { Connections } from '../../src/ports/transport';
import { createWriteRound } from '../../src/write-round-loop';

export type TransportSettings = Partial<
  Pick<Http2TransportOptions, 'connectTimeoutMs' | 'keepAliveMs' | 'maxHeadBytes' | 'pingEveryMs' | 'ca'>
>;

const common = (settings: TransportSettings) => ({
  guard: createAddressGuard({ forbidLoopback: false }),
  // Longer than this process stands still on a busy machine; specs of time-outs set their own.
  connectTimeoutMs: 20_000,
  pingEveryMs: 20_000,
  keepAliveMs: 60_000,
  maxHeadBytes: 16_384,
  writes: createWriteRound(),
  now: () => performance.now(),
  ...settings,
});

export function http1To(origin: string, settings: TransportSettings = {}): Connections {
  return createHttp1Transport({
    ...common(settings),
    sendQueue: createSendQueue(() => performance.now()),
    buffers: createReadBuffers(),
  }).connectionsTo(origin);
}

export function http2To(origin: string, settings: TransportSettings = {}): Connections {
  return createHttp2Transport(common(settings)).connectionsTo(origin);
}

/** To an instance behind TLS, which agrees on the protocol. */
export function negotiatedTo(origin: string, settings: TransportSettings = {}): Connections {
  return createNegotiatedConnections({
    http1: () => http1To(origin, settings),
    http2: (elsewhere) => createHttp2Transport(common(settings)).connectionsTo(origin, elsewhere),
  });
}
