import type { RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import type { EventEmitter } from 'node:events';
import type { HttpServer, Refusal, SendQueue, ServerTls } from '@rollcall/service-kit';
import { createCertificateOf, type CertificateOf } from './adapters/caller-certificates';
import { createHttp1Server } from './adapters/http1-server/http1-server';
import { createRequestListener } from './adapters/http1-server/request-listener';
import { needsPingWatchdog } from './adapters/http2/ping-watchdog';
import { createHttp2Server, type Http2Server } from './adapters/http2-server/http2-server';
import { LOOK_EVERY_MS } from './adapters/http2-server/session-watch';
import { createStreamListener } from './adapters/http2-server/stream-listener';
import type { GatewayConfig } from './config';
import type { Http2Metrics } from './metrics/http2-metrics';
import type { Traffic } from './ports/caller';
import type { WriteRound } from './ports/write-round';

export interface CallersOptions {
  readonly traffic: Traffic;
  readonly ownPaths: RequestListener;
  readonly tls: ServerTls | undefined;
  readonly sendQueue: SendQueue;
  readonly writes: WriteRound;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly metrics: { readonly connectionRejected: () => void; readonly http2: Http2Metrics };
  readonly onRefused: (refusal: Refusal) => void;
  /** Told of each connection that may leave HTTP. */
  readonly admit: (socket: Duplex) => void;
  /** Called once with the server, to count its connections. */
  readonly attach: (server: EventEmitter) => void;
}

/** The port of the traffic, by whatever protocol callers come. */
export function composeCallers(config: Readonly<GatewayConfig>, options: CallersOptions): HttpServer {
  const { traffic, ownPaths, tls, sendQueue, metrics, onRefused, admit, attach } = options;
  const ownBodyTimeoutMs = config.REQUEST_HEADERS_TIMEOUT_MS;
  const unreadTimeoutMs = config.IDLE_TIMEOUT_MS;
  const certificateOf = tls?.clients && createCertificateOf();
  const http2 = config.HTTP2 === 'off' ? undefined : composeHttp2(config, options, certificateOf);
  if (http2 !== undefined) metrics.http2.measure(() => http2.counts());
  return createHttp1Server({
    host: config.HOST,
    port: config.PORT,
    tls,
    http2: http2 && { connections: http2, withoutTls: config.HTTP2 === 'on' },
    headersTimeoutMs: config.REQUEST_HEADERS_TIMEOUT_MS,
    keepAliveTimeoutMs: config.KEEP_ALIVE_TIMEOUT_MS,
    maxConnections: config.MAX_CONNECTIONS,
    onRejected: metrics.connectionRejected,
    onRefused,
    listener: createRequestListener({
      traffic,
      ownPaths,
      ownBodyTimeoutMs,
      sendQueue,
      unreadTimeoutMs,
      certificateOf,
    }),
    admit,
    attach,
  });
}

function composeHttp2(
  config: Readonly<GatewayConfig>,
  options: CallersOptions,
  certificateOf: CertificateOf | undefined,
): Http2Server {
  const { traffic, ownPaths, sendQueue, writes, now, metrics, onRefused } = options;
  return createHttp2Server({
    maxStreams: config.HTTP2_MAX_STREAMS,
    maxStreamsInTotal: config.MAX_CONNECTIONS,
    headersTimeoutMs: config.REQUEST_HEADERS_TIMEOUT_MS,
    idleMs: config.HTTP2_IDLE_MS,
    unreadTimeoutMs: config.IDLE_TIMEOUT_MS,
    lookEveryMs: needsPingWatchdog(process.versions.node) ? LOOK_EVERY_MS : undefined,
    onRequest: createStreamListener({
      traffic,
      ownPaths,
      ownBodyTimeoutMs: config.REQUEST_HEADERS_TIMEOUT_MS,
      onRefused,
    }),
    certificateOf,
    writes,
    sendQueue,
    events: metrics.http2,
    now,
  });
}
