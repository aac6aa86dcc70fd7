import type { Sample, TraceContext } from '../context/trace-context';

/** Values that are cut to a length, and of which a span keeps a number: callers may choose them. `undefined` is left out. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Of OpenTelemetry's five, the kinds that request and answer need. */
export type SpanKind = 'internal' | 'server' | 'client';

/** One piece of work that is recorded. After `end` every call does nothing. */
export interface Span {
  /** The span's own place: what goes out in `traceparent`, and what spans below it are started with. */
  readonly trace: TraceContext;
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  addEvent(name: string, attributes?: SpanAttributes): void;
  /** Status `ERROR`, and `error.type` where it has none yet: a status code or one of a fixed set of short names, never a caller's text. */
  fail(errorType?: string): void;
  /** @param endedAt milliseconds since 1970, for work that is told of afterwards; default: now */
  end(endedAt?: number): void;
}

export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes?: SpanAttributes;
  /** Milliseconds since 1970, for work that is told of afterwards; default: now. */
  readonly startedAt?: number;
}

/** What has become of spans so far. */
export interface SpanCounts {
  /** Taken by the collector. */
  readonly exported: number;
  /** Dropped, since as many as may wait were waiting. */
  readonly queueFull: number;
  /** Dropped, since the collector did not take them. */
  readonly exportFailed: number;
}

/**
 * Records spans of this process. An app has one, or `undefined` while tracing is off, decided once at its start.
 *
 * Sampling is decided where a request arrives, by `traceContextFrom` with `sample`, before anything is made: whoever
 * starts a span has seen `isSampled` say so, and otherwise makes nothing and passes the context on.
 */
export interface Tracer {
  readonly sample: Sample;
  readonly counts: SpanCounts;
  /** The span that `trace` itself is: of the request that it was made for. */
  start(trace: TraceContext, span: SpanStart): Span;
  /** A span below `parent`. */
  startChild(parent: TraceContext, span: SpanStart): Span;
}
