import { Registry } from 'prom-client';
import { DurationHistogram, SERVER_DURATIONS, type RequestDuration } from './duration-histogram';
import type { Tracer } from '../tracing/tracer';
import { measureTracing } from './measure-tracing';
import { collectProcessMetrics } from './process-metrics';

/** One process's metrics, named after OpenTelemetry's semantic conventions as Prometheus spells them. */
export interface Metrics {
  readonly registry: Registry;
  /** One served request. */
  observeRequest(request: RequestDuration): void;
}

/**
 * @param options.processMetrics also collect what is measured of every process (default true)
 * @param options.tracer of the process, whose spans are counted
 */
export function createMetrics(options: {
  service: string;
  processMetrics?: boolean;
  tracer?: Pick<Tracer, 'counts'> | undefined;
}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service: options.service });
  if (options.processMetrics ?? true) collectProcessMetrics(registry);
  measureTracing(registry, options.tracer);

  const durations = new DurationHistogram(registry, SERVER_DURATIONS);
  return {
    registry,
    observeRequest: ({ method, route, status, seconds, recorded }) =>
      durations.record(method, route, status, seconds, true, recorded),
  };
}
