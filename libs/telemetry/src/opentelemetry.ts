/**
 * What is used of OpenTelemetry, and nothing else of ours: where an app is built this file is replaced by one that has
 * all of it inside (bundle.mjs), so that it depends on nothing but the versions in the lock file.
 */
export {
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Span,
} from '@opentelemetry/api';
export { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
export { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
export { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
export { resourceFromAttributes } from '@opentelemetry/resources';
export {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
