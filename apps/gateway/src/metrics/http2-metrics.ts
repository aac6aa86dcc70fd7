import { Counter, Gauge, type Registry } from 'prom-client';
import type { SessionEvents } from '../ports/session-events';

/** What is measured of HTTP/2 towards callers. */
export interface Http2Metrics extends SessionEvents {
  /** Read at each scrape. */
  measure(counts: () => { readonly sessions: number; readonly streams: number }): void;
}

export function createHttp2Metrics(registry: Registry): Http2Metrics {
  const registers = [registry];
  let counts = (): { readonly sessions: number; readonly streams: number } => ({ sessions: 0, streams: 0 });
  new Gauge({
    name: 'rollcall_gateway_http2_sessions',
    help: 'Connections of callers that speak HTTP/2.',
    registers,
    collect() {
      this.set(counts().sessions);
    },
  });
  new Gauge({
    name: 'rollcall_gateway_http2_streams',
    help: 'Streams of callers that are open.',
    registers,
    collect() {
      this.set(counts().streams);
    },
  });
  const ended = new Counter({
    name: 'rollcall_gateway_http2_sessions_ended_total',
    help: 'HTTP/2 connections of callers that have ended: caller, idle, drained, resets, unresponsive, protocol_error.',
    labelNames: ['reason'] as const,
    registers,
  });
  const resets = new Counter({
    name: 'rollcall_gateway_http2_resets_total',
    help: 'Streams of callers that were ended by RST_STREAM, by who ended them.',
    labelNames: ['side', 'code'] as const,
    registers,
  });
  const goaways = new Counter({
    name: 'rollcall_gateway_http2_goaways_total',
    help: 'GOAWAY frames that callers and the gateway have sent.',
    labelNames: ['side', 'code'] as const,
    registers,
  });
  return {
    measure: (read) => void (counts = read),
    sessionEnded: (reason) => ended.inc({ reason }),
    reset: (side, code) => resets.inc({ side, code }),
    goaway: (side, code) => goaways.inc({ side, code }),
  };
}
