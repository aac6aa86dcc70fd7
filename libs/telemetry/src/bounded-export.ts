import type { ReadableSpan, SpanExporter, SpanProcessor } from './opentelemetry';

/** What has become of spans that ended. */
export interface SpanCounts {
  /** The collector has taken them. */
  exported: number;
  /** Dropped: as many as may wait were waiting already. */
  queueFull: number;
  /** Dropped: the collector did not take them, each time they were sent. */
  exportFailed: number;
}

/** Told of every export: whether its spans were taken, or why not. */
export type OnExport = (export_: { readonly spans: number; readonly error?: Error }) => void;

export interface BoundedExport {
  readonly processor: SpanProcessor;
  readonly counts: Readonly<SpanCounts>;
  /** Spans that have ended and are not exported yet, those under way included. */
  waiting(): number;
}

/**
 * Counts, and bounds, the spans between a processor that makes batches of them and an exporter. The processor's own
 * bound leaves out those that are under way, and tells nobody of what it drops.
 */
export function boundExport(
  exporter: SpanExporter,
  makeProcessor: (exporter: SpanExporter) => SpanProcessor,
  { maxSpans, onExport }: { readonly maxSpans: number; readonly onExport: OnExport },
): BoundedExport {
  const counts: SpanCounts = { exported: 0, queueFull: 0, exportFailed: 0 };
  let waiting = 0;

  const processor = makeProcessor({
    export(spans, done) {
      exporter.export(spans, (result) => {
        waiting -= spans.length;
        // Success is 0 in the SDK's enumeration.
        const taken = result.code === 0;
        counts[taken ? 'exported' : 'exportFailed'] += spans.length;
        onExport({
          spans: spans.length,
          ...(taken ? {} : { error: result.error ?? new Error('the export failed') }),
        });
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  });

  return {
    counts,
    waiting: () => waiting,
    processor: {
      onStart: (span, context) => processor.onStart(span, context),
      onEnd(span: ReadableSpan) {
        if (waiting >= maxSpans) {
          counts.queueFull += 1;
          return;
        }
        waiting += 1;
        processor.onEnd(span);
      },
      forceFlush: () => processor.forceFlush(),
      shutdown: () => processor.shutdown(),
    },
  };
}
