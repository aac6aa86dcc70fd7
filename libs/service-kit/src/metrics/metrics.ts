import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** One process's metrics, named after OpenTelemetry's semantic conventions as Prometheus spells them. */
export interface Metrics {
  readonly registry: Registry;
  /** One served request. `route` is the template (`/products/:id`), never the path, which has no bound. */
  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void;
}

const KNOWN_METHODS = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
]);

/** @param options.processMetrics also collect CPU, memory, event loop delay and garbage collection (default true) */
export function createMetrics(options: { service: string; processMetrics?: boolean }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service: options.service });
  if (options.processMetrics ?? true) collectDefaultMetrics({ register: registry });

  const duration = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of HTTP server requests.',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    // The buckets that OpenTelemetry's HTTP conventions advise.
    buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    registers: [registry],
  });

  return {
    registry,
    observeRequest({ method, route, status, seconds }) {
      // A method is the caller's free text; unknown ones share one label, as the conventions say.
      duration.labels(KNOWN_METHODS.has(method) ? method : '_OTHER', route, String(status)).observe(seconds);
    },
  };
}
