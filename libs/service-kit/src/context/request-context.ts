import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from 'winston';
import type { Span } from '../tracing/tracer';
import { formatTraceparent, type TraceContext } from './trace-context';

/** What belongs to one request, wherever its work goes. */
export interface RequestContext {
  readonly requestId: string;
  readonly trace: TraceContext;
  /** Carries `request_id`, `trace_id`, `span_id` and `trace_flags` on every line. */
  readonly logger: Logger;
  /** What is recorded of it, if anything. */
  span?: Span | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** The context of the request being served, or `undefined` outside one. */
export function currentContext(): RequestContext | undefined {
  return storage.getStore();
}

export function runInContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** Headers that carry the current request's identity to the next hop; none outside a request. */
export function outgoingContextHeaders(): Record<string, string> {
  const context = currentContext();
  if (context === undefined) return {};
  const { requestId, trace } = context;
  return {
    'x-request-id': requestId,
    traceparent: formatTraceparent(trace),
    ...(trace.state === undefined ? {} : { tracestate: trace.state }),
  };
}
