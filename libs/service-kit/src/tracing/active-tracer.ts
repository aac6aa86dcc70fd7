import { currentContext, runInContext } from '../context/request-context';
import { isSampled, traceFields, type TraceContext } from '../context/trace-context';
import type { Span, SpanAttributes, Tracer } from './tracer';

/** A tracer in the shape of `@opentelemetry/api`, as far as libraries of ours that depend on neither ask for it. */
export interface ActiveTracer {
  /** Runs `work` in a span below that of the current request, which is then the current one. */
  startActiveSpan<T>(name: string, options: ActiveSpanOptions, work: (span: ActiveSpan) => T): T;
}

export interface ActiveSpanOptions {
  /** `@opentelemetry/api`'s numbers: 0 internal, 2 client. */
  readonly kind?: number;
  readonly attributes?: SpanAttributes;
}

export interface ActiveSpan {
  spanContext(): {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceFlags: number;
    readonly traceState?: { serialize(): string };
  };
  setAttributes(attributes: SpanAttributes): unknown;
  setStatus(status: { readonly code: number }): unknown;
  end(): void;
}

const CLIENT = 2;
const ERROR = 2;

/** Outside a request, and where a request is not sampled, nothing is recorded. */
export function activeTracer(tracer: Tracer): ActiveTracer {
  return {
    startActiveSpan(name, { kind, attributes = {} }, work) {
      const context = currentContext();
      if (context === undefined || !isSampled(context.trace)) return work(unrecorded(context?.trace));
      const span = tracer.startChild(context.trace, {
        name,
        kind: kind === CLIENT ? 'client' : 'internal',
        attributes,
      });
      const logger = context.logger.child(traceFields(span.trace));
      return runInContext({ requestId: context.requestId, trace: span.trace, logger, span }, () =>
        work(recorded(span)),
      );
    },
  };
}

function recorded(span: Span): ActiveSpan {
  return {
    spanContext: () => spanContextOf(span.trace),
    setAttributes: (attributes) => span.set(attributes),
    setStatus: ({ code }) => code === ERROR && span.fail(),
    end: () => span.end(),
  };
}

const NO_TRACE: TraceContext = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), flags: 0 };

function unrecorded(trace: TraceContext = NO_TRACE): ActiveSpan {
  return {
    spanContext: () => spanContextOf(trace),
    setAttributes: () => undefined,
    setStatus: () => undefined,
    end: () => undefined,
  };
}

function spanContextOf({
  traceId,
  spanId,
  flags,
  state,
}: TraceContext): ReturnType<ActiveSpan['spanContext']> {
  return {
    traceId,
    spanId,
    traceFlags: flags,
    ...(state === undefined ? {} : { traceState: { serialize: () => state } }),
  };
}
