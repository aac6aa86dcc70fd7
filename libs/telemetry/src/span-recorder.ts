import { boundExport, type OnExport, type SpanCounts } from './bounded-export';
import { createExportAgent } from './export-agent';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  CompressionAlgorithm,
  createTraceState,
  JsonExporter,
  ProtobufExporter,
  resourceFromAttributes,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
} from './opentelemetry';
import { recordedSpan, shortened, type RecordedSpan, type SpanValues } from './recorded-span';

export interface SpanRecorderOptions {
  /** Where batches are sent to, `/v1/traces` included. */
  readonly url: string;
  readonly protocol: 'http/json' | 'http/protobuf';
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'gzip' | 'none';
  /** Milliseconds for an export with its retries. */
  readonly timeoutMs: number;
  /** PEM text; see `ExportAgentOptions`. */
  readonly ca: string | undefined;
  /** What this process says of itself. */
  readonly resource: Readonly<Record<string, string>>;
  /** Spans that may wait for their export, those under way included. */
  readonly maxSpans: number;
  /** Milliseconds that a span waits for others to be sent with. */
  readonly delayMs: number;
  readonly onExport: OnExport;
}

/** Where a span stands, with ids that somebody else has chosen: they have gone out in headers and logs already. */
export interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly state?: string;
  readonly link?: { readonly traceId: string; readonly spanId: string };
}

export interface SpanBeginning {
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client';
  readonly attributes?: SpanValues;
  /** Milliseconds since 1970; default: now. */
  readonly startedAt?: number;
}

export interface SpanRecorder {
  readonly counts: Readonly<SpanCounts>;
  start(place: SpanPlace, span: SpanBeginning): RecordedSpan;
  /**
   * Sends what waits. Resolves when that is done, or after `timeoutMs`, with the number of spans that are not sent by
   * then, and are lost. Never rejects.
   */
  stop(timeoutMs: number): Promise<number>;
}

/** Spans that are sent together at most, as in OpenTelemetry's specification. */
const MAX_BATCH = 512;

/** Callers choose paths, and may make any number of events: none of it is kept in any length or number. */
const SPAN_LIMITS = {
  attributeValueLengthLimit: 512,
  attributeCountLimit: 64,
  eventCountLimit: 128,
  linkCountLimit: 8,
  attributePerEventCountLimit: 16,
  attributePerLinkCountLimit: 16,
};

const KINDS = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT };

export function createSpanRecorder(options: SpanRecorderOptions): SpanRecorder {
  const { maxSpans, delayMs, onExport } = options;
  const { processor, counts, waiting } = boundExport(
    createExporter(options),
    (exporter) =>
      new BatchSpanProcessor(exporter, {
        maxQueueSize: maxSpans,
        maxExportBatchSize: Math.min(MAX_BATCH, maxSpans),
        scheduledDelayMillis: delayMs,
        // The exporter keeps its own; this one only lets the next batch go.
        exportTimeoutMillis: options.timeoutMs + 1000,
      }),
    { maxSpans, onExport },
  );
  let next = { traceId: '', spanId: '' };
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes(options.resource),
    // What is not to be recorded never comes here.
    sampler: new AlwaysOnSampler(),
    idGenerator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
    spanLimits: SPAN_LIMITS,
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('rollcall');

  return {
    counts,
    start(place, { name, kind, attributes = {}, startedAt }) {
      next = place;
      return recordedSpan(
        tracer.startSpan(
          shortened(name),
          {
            kind: KINDS[kind],
            attributes: { ...attributes },
            ...(place.link === undefined ? {} : { links: [{ context: sampled(place.link) }] }),
            ...(startedAt === undefined ? {} : { startTime: startedAt }),
          },
          parentContext(place, kind === 'server'),
        ),
      );
    },
    async stop(timeoutMs) {
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
      await Promise.race([provider.forceFlush().catch(() => undefined), tooLate]);
      clearTimeout(timer);
      return waiting();
    },
  };
}

function createExporter(options: SpanRecorderOptions): JsonExporter | ProtobufExporter {
  const Exporter = options.protocol === 'http/json' ? JsonExporter : ProtobufExporter;
  return new Exporter({
    url: options.url,
    headers: { ...options.headers },
    timeoutMillis: options.timeoutMs,
    compression: options.compression === 'gzip' ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
    httpAgentOptions: (protocol) =>
      createExportAgent(protocol, { lifetimeMs: options.timeoutMs, ca: options.ca }),
  });
}

function parentContext({ traceId, parentSpanId, state }: SpanPlace, isRemote: boolean) {
  if (parentSpanId === undefined) return ROOT_CONTEXT;
  const traceState = state === undefined ? {} : { traceState: createTraceState(state) };
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...sampled({ traceId, spanId: parentSpanId }),
    ...traceState,
    isRemote,
  });
}

function sampled(place: { readonly traceId: string; readonly spanId: string }) {
  return { ...place, traceFlags: TraceFlags.SAMPLED };
}
