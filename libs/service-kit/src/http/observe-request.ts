import type { ServerResponse } from 'node:http';
import type { RequestContext } from '../context/request-context';
import type { Logger } from '../logging/logger';
import type { Metrics } from '../metrics/metrics';

/** Asked by machines every few seconds: their lines would bury everybody else's. */
const MACHINE_ROUTES: ReadonlySet<string> = new Set([
  '/livez',
  '/readyz',
  '/startupz',
  '/health',
  '/metrics',
  '/heartbeat',
  '/discover/:service_name',
]);

export interface ObservedRequest {
  readonly method: string;
  readonly path: string;
  /** The template of the route that took it (`/products/:id`); asked for at the end, when it is known. */
  readonly route: () => string;
}

/** Where it is noted. */
export interface Observers {
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly context: RequestContext | undefined;
}

/** Access log and request metrics, written when the answer has gone out or the caller has. */
export function observeRequest(
  { method, path, route: routeOf }: ObservedRequest,
  res: ServerResponse,
  { metrics, context, logger }: Observers,
): void {
  const startedAt = performance.now();
  // Not by `once`, which makes three objects more a request: Node tells it once.
  res.on('close', () => {
    const durationMs = performance.now() - startedAt;
    // 499: the caller went away before the answer was whole (nginx's number; it is never sent).
    const status = res.writableFinished ? res.statusCode : 499;
    const route = routeOf();
    const recorded = context?.span?.trace;
    metrics.observeRequest({ method, route, status, seconds: durationMs / 1000, recorded });
    const level = MACHINE_ROUTES.has(route) ? 'debug' : 'info';
    // winston builds a line before it checks whether its level is enabled.
    if (!logger.isLevelEnabled(level)) return;
    (context?.logger ?? logger).log(level, `${method} ${path} ${status}`, {
      event: 'http_request',
      method,
      path,
      route,
      status,
      duration_ms: Math.round(durationMs * 1000) / 1000,
      parent_span_id: context?.trace.parentSpanId,
    });
  });
}
