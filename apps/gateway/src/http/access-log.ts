import { types } from 'node:util';
import type { Logger } from '@rollcall/service-kit';
import type { Random } from '@rollcall/load-balancing';
import { UNMATCHED, type GatewayMetrics } from '../metrics/gateway-metrics';
import type { Exchange } from '../proxy/exchange';
import { routeName } from '../routing/route';

export interface AccessLogOptions {
  readonly logger: Logger;
  readonly metrics: Pick<GatewayMetrics, 'observeTraffic' | 'observeRequest'>;
  /** Share of the requests that get a line, 0–1. */
  readonly ratio: number;
  readonly random: Random;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** Counts every exchange, and writes a line for a share of them and for all that failed here or behind. */
export function createAccessLog({ logger, metrics, ratio, random, now }: AccessLogOptions) {
  return (exchange: Exchange): void => {
    const { method, target, destination, upstream, attempts, facts, failure } = exchange;
    const status = exchange.status();
    const durationMs = now() - exchange.startedAt;
    const route = destination === undefined ? UNMATCHED : routeName(destination);
    metrics.observeTraffic({ method, route, status, seconds: durationMs / 1000 });

    const failed = status >= 500 || exchange.cut;
    if (!failed && random() >= ratio) return;
    logger.log(failed ? 'warn' : 'info', `${method} ${target.path} ${status}`, {
      event: 'http_request',
      method,
      path: target.path,
      route,
      status,
      duration_ms: Math.round(durationMs * 1e3) / 1e3,
      upstream_service: destination?.service,
      instance_id: upstream?.id,
      attempts,
      peer: facts.peer,
      request_id: facts.requestId,
      trace_id: facts.trace.traceId,
      ...(failure === undefined ? {} : { code: failure.code, cause: messageOf(failure.cause) }),
      ...(exchange.cut ? { cut: true } : {}),
    });
  };
}

function messageOf(cause: unknown): string | undefined {
  if (!types.isNativeError(cause)) return undefined;
  // One address of several that refuse: such an error has a code and no message.
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}
