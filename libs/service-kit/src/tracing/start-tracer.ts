import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { SpanRecorder } from '@rollcall/telemetry';
import type { ProcessSettings } from '../config/process-settings';
import { createRandomHex } from '../context/random-hex';
import { childContext, type TraceContext } from '../context/trace-context';
import type { Logger } from '../logging/logger';
import { readAuthorityFile } from '../tls/authority-file';
import { createSample } from './sampler';
import type { Span, SpanStart, Tracer } from './tracer';

export interface RunningTracer {
  readonly tracer: Tracer;
  /** Sends what waits, within a second: a collector that is away does not hold up the end of a process. */
  stop(): Promise<void>;
}

const FLUSH_MS = 1000;
/** A collector chooses the text. */
const LONGEST_REASON = 200;
const USUAL_ENDPOINT = 'http://localhost:4318';

/** Records spans if the settings ask for it. Otherwise nothing is loaded, and the answer is `undefined`. */
export async function startTracer(
  settings: Readonly<ProcessSettings>,
  { logger }: { readonly logger: Logger },
): Promise<RunningTracer | undefined> {
  const url = exportUrl(settings);
  if (url === undefined) return undefined;
  const { createSpanRecorder } = await import('@rollcall/telemetry');
  const recorder = createSpanRecorder({
    url,
    protocol: settings.OTEL_EXPORTER_OTLP_PROTOCOL,
    headers: settings.OTEL_EXPORTER_OTLP_HEADERS,
    compression: settings.OTEL_EXPORTER_OTLP_COMPRESSION,
    timeoutMs: settings.OTEL_EXPORTER_OTLP_TIMEOUT,
    ca: authorityOf(settings.OTEL_EXPORTER_OTLP_CERTIFICATE),
    resource: resourceOf(settings),
    maxSpans: settings.OTEL_BSP_MAX_QUEUE_SIZE,
    delayMs: settings.OTEL_BSP_SCHEDULE_DELAY,
    onExport: createExportLog(logger, url),
  });
  const sample = createSample(settings.OTEL_TRACES_SAMPLER, settings.OTEL_TRACES_SAMPLER_ARG);
  logger.info(`spans go to ${url}`, { event: 'tracing_started', sampler: settings.OTEL_TRACES_SAMPLER });
  return {
    tracer: createTracer(recorder, sample),
    async stop() {
      const lost = await recorder.stop(FLUSH_MS);
      if (lost === 0) logger.info('all spans are exported', { event: 'tracing_stopped', lost });
      else
        logger.warn(`${url} did not take ${lost} spans within ${FLUSH_MS} ms. They are lost`, {
          event: 'tracing_stopped',
          lost,
        });
    },
  };
}

/** Where spans are sent to; `undefined` while tracing is off. */
export function exportUrl(
  settings: Pick<
    ProcessSettings,
    | 'OTEL_SDK_DISABLED'
    | 'OTEL_TRACES_EXPORTER'
    | 'OTEL_EXPORTER_OTLP_ENDPOINT'
    | 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'
  >,
): string | undefined {
  const { OTEL_TRACES_EXPORTER: exporter, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: whole } = settings;
  if (settings.OTEL_SDK_DISABLED || exporter === 'none') return undefined;
  if (whole !== undefined) return whole;
  const base = settings.OTEL_EXPORTER_OTLP_ENDPOINT ?? (exporter === 'otlp' ? USUAL_ENDPOINT : undefined);
  return base === undefined ? undefined : `${base.replace(/\/$/, '')}/v1/traces`;
}

function createTracer(recorder: SpanRecorder, sample: Tracer['sample']): Tracer {
  const randomHex = createRandomHex();
  const start = (trace: TraceContext, span: SpanStart): Span => ({ trace, ...recorder.start(trace, span) });
  return {
    sample,
    counts: recorder.counts,
    start,
    startChild: (parent, span) => start(childContext(parent, randomHex), span),
  };
}

/** https://opentelemetry.io/docs/specs/semconv/resource/; what people have set themselves wins. */
function resourceOf(settings: Readonly<ProcessSettings>): Record<string, string> {
  return {
    'service.instance.id': randomUUID(),
    'host.name': hostname(),
    'process.pid': String(process.pid),
    'deployment.environment.name': settings.NODE_ENV,
    ...settings.OTEL_RESOURCE_ATTRIBUTES,
    'service.name':
      settings.OTEL_SERVICE_NAME ??
      settings.OTEL_RESOURCE_ATTRIBUTES['service.name'] ??
      settings.SERVICE_NAME,
  };
}

function authorityOf(file: string | undefined): string | undefined {
  const reading = file === undefined ? undefined : readAuthorityFile(file);
  return reading !== undefined && 'ca' in reading ? String(reading.ca) : undefined;
}

/** A line when exports begin to fail and one when they succeed again, not one for each. */
function createExportLog(
  logger: Logger,
  url: string,
): (result: { readonly spans: number; readonly error?: Error }) => void {
  let lost = 0;
  return ({ spans, error }) => {
    if (error === undefined) {
      if (lost > 0) logger.info(`${url} takes spans again`, { event: 'spans_exported_again', lost });
      lost = 0;
      return;
    }
    if (lost === 0)
      logger.warn(
        `${url} did not take ${spans} spans: ${error.message.slice(0, LONGEST_REASON)}. They are dropped, requests are not affected`,
        { event: 'spans_not_exported', spans },
      );
    lost += spans;
  };
}
