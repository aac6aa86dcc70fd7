import { randomBytes } from 'node:crypto';
import type { Span, SpanAttributes, SpanKind, SpanStart, TraceContext, Tracer } from '@rollcall/service-kit';

export interface RecordedSpan {
  readonly trace: TraceContext;
  readonly kind: SpanKind;
  readonly name: string;
  readonly failed: boolean;
  readonly attributes: SpanAttributes;
}

/** A tracer whose spans stay here, each once it has ended, for specs of what is recorded and not of how it is sent. */
export interface RecordingTracer extends Tracer {
  readonly ended: readonly RecordedSpan[];
  /** Those that were begun and have not ended. */
  readonly open: number;
}

/** @param samplesRoots whether traces that begin here are recorded; others are as their caller says */
export function createRecordingTracer(samplesRoots = true): RecordingTracer {
  const ended: RecordedSpan[] = [];
  let open = 0;

  function start(trace: TraceContext, { name: begunAs, kind, attributes: given = {} }: SpanStart): Span {
    let [name, failed, over] = [begunAs, false, false];
    let attributes = given;
    open += 1;
    const set = (more: SpanAttributes): void => {
      if (!over) attributes = { ...attributes, ...more };
    };
    return {
      trace,
      rename(next) {
        if (!over) name = next;
      },
      set,
      addEvent: () => undefined,
      fail(errorType) {
        if (!over) failed = true;
        if (attributes['error.type'] === undefined) set({ 'error.type': errorType });
      },
      end() {
        if (over) return;
        over = true;
        open -= 1;
        ended.push({ trace, kind, name, failed, attributes: withoutGaps(attributes) });
      },
    };
  }

  return {
    ended,
    get open() {
      return open;
    },
    counts: { exported: 0, queueFull: 0, exportFailed: 0 },
    sample: (_traceId, parentFlags) => (parentFlags === undefined ? samplesRoots : (parentFlags & 1) === 1),
    start,
    startChild: ({ traceId, spanId: parentSpanId, flags }, span) =>
      start({ traceId, spanId: randomBytes(8).toString('hex'), parentSpanId, flags }, span),
  };
}

function withoutGaps(attributes: SpanAttributes): SpanAttributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
