import { createOutageLine, tlsFileLine } from '@rollcall/registered-service';
import type { ResolverEvent } from '@rollcall/registry-client';
import { faultLines, traceFields, type Logger } from '@rollcall/service-kit';
import { attemptErrorType } from './ports/attempt-error-type';
import type { JwksEvent } from './jwks-loop';
import type { RequestFacts } from './headers/request-passes';
import type { GatewayMetrics } from './metrics/gateway-metrics';
import type { AttemptReport } from './proxy/attempts';
import type { RoutesEvent } from './routes-reload-loop';

/** Tells the log what the resolver reports: that the registry is away once a minute, not at every try. */
export function logResolverEvents(
  logger: Logger,
  now: () => number = () => performance.now(),
): (event: ResolverEvent) => void {
  const outageLine = createOutageLine('registry not reachable; routing goes on with the last known catalog');

  function logOutage(why: string, fields: object): void {
    const { level, message } = outageLine(now(), why);
    logger.log(level, message, fields);
  }

  return (event) => {
    const { type, ...fields } = event;
    switch (event.type) {
      case 'connected':
        return void logger.info('following the registry', { event: 'registry_connected', ...fields });
      case 'disconnected':
        return logOutage(event.failure.message, { event: 'registry_disconnected', ...fields });
      case 'synced':
        return void logger.info('in sync with the registry: all routes are known', {
          event: 'registry_synced',
          ...fields,
        });
      case 'restored':
        return void logger.info('catalog restored from disk; asking the registry', {
          event: 'catalog_restored',
          ...fields,
        });
      case 'cache_failed':
        return void logger.warn(
          'catalog cannot be written to disk; a restart without a registry would have no routes',
          {
            event: 'catalog_cache_failed',
            ...fields,
          },
        );
      // What follows the same files in this process has logged it where operators look.
      case 'authority_loaded':
      case 'authority_refused':
      case 'certificate_loaded':
      case 'certificate_refused':
        return void logger.debug(tlsFileLine(event).message, { event: `registry_${type}`, ...fields });
      case 'addition_failed':
      case 'malformed':
        return void logger.warn(`the registry's stream had a fault: ${type}`, {
          event: `registry_${type}`,
          ...fields,
        });
    }
  };
}

/** Counts every attempt, and tells the log which instances are ejected and restored. */
export function observeAttempt(
  { logger, metrics }: { logger: Logger; metrics: GatewayMetrics },
  { caller, upstream, result, transition, begunAt, endedAt, recorded }: AttemptReport,
): void {
  const { service_name: service, url } = upstream.instance;
  metrics.attempt(service, result.outcome);
  metrics.observeAttempt({
    method: caller.method,
    service,
    result: result.outcome === 'response' ? result.head.status : attemptErrorType(result.outcome),
    seconds: (endedAt - begunAt) / 1000,
    recorded,
  });
  if (transition === undefined) return;
  const { requestId, trace } = caller.facts;
  const fields = {
    upstream_service: service,
    instance_id: upstream.id,
    url,
    request_id: requestId,
    ...traceFields(trace),
  };
  if (transition === 'restored')
    return void logger.info(`${service} answers again at ${url}`, { event: 'upstream_restored', ...fields });
  metrics.ejection(service);
  const { outlierState: state } = upstream;
  const fails = state.status !== 'healthy' && state.cause === 'failures';
  logger.warn(`${service} ${fails ? 'fails' : 'cannot be connected to'} at ${url}; ejected for a while`, {
    event: 'upstream_ejected',
    ...fields,
    outcome: result.outcome,
    cause: 'error' in result ? result.error.message : undefined,
  });
}

/** Tells the log what has become of the routes file. */
export function logRoutesEvent(logger: Logger, event: RoutesEvent): void {
  if (event.type === 'loaded') {
    const { hash, routes } = event;
    return void logger.info('the routes file is in force', { event: 'routes_loaded', hash, routes });
  }
  const { hash, faults } = event;
  logger.error('the routes file cannot be used; the routes before stay in force', {
    event: 'routes_refused',
    hash,
    faults: faultLines(faults),
  });
}

/** Tells the log what has become of an issuer's keys. */
export function logJwksEvent(logger: Logger, issuer: string, event: JwksEvent): void {
  if (event.type === 'loaded') {
    logger.info(`the keys of the token issuer ${issuer} are in use`, {
      event: 'jwks_loaded',
      issuer,
      keys: event.keys,
    });
    return;
  }
  const { why, hasKeys } = event;
  logger.error(
    hasKeys
      ? `the keys of the token issuer ${issuer} cannot be fetched; the keys before stay in use for up to 24 hours`
      : `the keys of the token issuer ${issuer} cannot be fetched; its tokens are answered with 503`,
    { event: 'jwks_failed', issuer, cause: why },
  );
}

/** A fault of this program that a request has met; the process goes on. */
export function logBrokenRequest(
  logger: Logger,
  error: unknown,
  { requestId, trace }: Pick<RequestFacts, 'requestId' | 'trace'>,
): void {
  logger.error('internal error while a request was served; its caller got 500', {
    event: 'proxy_broken',
    request_id: requestId,
    ...traceFields(trace),
    error,
  });
}
