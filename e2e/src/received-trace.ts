import type { OtlpReceiver, ReceivedSpan } from '@rollcall/testing';
import type { NodeProcess } from './node-process';

/** The spans of a trace that a receiver has so far. */
export function spansOf({ spans }: OtlpReceiver, traceId: string): readonly ReceivedSpan[] {
  return spans.filter((span) => span.traceId === traceId);
}

/** The children of a span, in the order in which they began. */
export function spansBelow(
  receiver: OtlpReceiver,
  { traceId, spanId }: ReceivedSpan,
): readonly ReceivedSpan[] {
  return spansOf(receiver, traceId)
    .filter(({ parentSpanId }) => parentSpanId === spanId)
    .sort((one, other) => one.startedAt - other.startedAt);
}

/** The lines of a process's log that name the trace; it writes JSON with NODE_ENV=production. */
export function linesOf(process: NodeProcess, traceId: string): readonly Record<string, unknown>[] {
  return process
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['trace_id'] === traceId);
}
