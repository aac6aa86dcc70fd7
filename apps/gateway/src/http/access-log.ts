import { types } from 'node:util';
import { plainAddress } from '@rollcall/address-guard';
import { traceFields, type Logger, type Refusal } from '@rollcall/service-kit';
import type { Random } from '@rollcall/load-balancing';
import { UNMATCHED, type GatewayMetrics } from '../metrics/gateway-metrics';
import type { RequestRecord } from '../proxy/request-record';
import { routeName } from '../routing/route';

export interface AccessLogOptions {
  readonly logger: Logger;
  readonly metrics: Pick<
    GatewayMetrics,
    'observeTraffic' | 'observeRequest' | 'policyAnswer' | 'grpcAnswer' | 'attempt'
  >;
  /** Share of the requests that get a line, 0–1. */
  readonly ratio: number;
  readonly random: Random;
}

/** Counts every request, and writes a line for a share of them and for all that failed here or behind. */
export function createAccessLog({ logger, metrics, ratio, random }: AccessLogOptions) {
  return (record: RequestRecord): void => {
    const { method, path, destination, policy, upstream, attempts, facts, failure, status, end, recorded } =
      record;
    const { grpcStatus } = record;
    const durationMs = record.endedAt - record.startedAt;
    const route = destination === undefined ? UNMATCHED : routeName(destination);
    metrics.observeTraffic({ method, route, status, seconds: durationMs / 1000, recorded });
    if (policy !== undefined) metrics.policyAnswer(route, policy);
    if (grpcStatus !== undefined) metrics.grpcAnswer(route, grpcStatus);
    if (isOverloaded(record)) metrics.attempt(destination?.service ?? '', 'overloaded');

    const failed = (failure?.status ?? status) >= 500 || end === 'cut';
    if (!failed && random() >= ratio) return;
    logger.log(failed ? 'warn' : 'info', `${method} ${path} ${status}`, {
      event: 'http_request',
      method,
      path,
      route,
      protocol: `HTTP/${facts.httpVersion}`,
      status,
      grpc_status: grpcStatus,
      duration_ms: Math.round(durationMs * 1e3) / 1e3,
      upstream_service: destination?.service,
      instance_id: upstream?.id,
      attempts,
      peer: facts.peer,
      client_certificate: facts.clientCertificate?.name,
      request_id: facts.requestId,
      ...traceFields(facts.trace),
      ...(failure === undefined ? {} : { code: failure.code, cause: messageOf(failure.cause) }),
      ...(end === 'cut' ? { cut: true } : {}),
    });
  };
}

/** Its service has as much under way as the route allows: rejected before any instance was asked. */
function isOverloaded({ failure, attempts }: RequestRecord): boolean {
  return failure?.code === 'SERVICE_OVERLOADED' && attempts === 0;
}

function messageOf(cause: unknown): string | undefined {
  if (!types.isNativeError(cause)) return undefined;
  // One address of several that refuse: such an error has a code and no message.
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}

/**
 * Counts what could not be read as a request, and so has no record: the same metric and the same kind of line as for
 * requests, for the same share of them, since a flood of garbage would be a flood of lines.
 */
export function createRefusalLog({ logger, metrics, ratio, random }: AccessLogOptions) {
  return ({ error, peer, requestId }: Refusal): void => {
    metrics.observeRequest({ method: 'unread', route: 'unread', status: error.status, seconds: 0 });
    if (random() >= ratio) return;
    logger.info(`refused ${error.status}`, {
      event: 'http_request',
      route: 'unread',
      status: error.status,
      peer: plainAddress(peer),
      request_id: requestId,
      code: error.code,
      ...(error.cause instanceof Error ? { cause: error.cause.message } : {}),
    });
  };
}
