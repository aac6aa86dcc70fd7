import type { OtlpReceiver, ReceivedSpan } from '@rollcall/testing';
import type { AppProcess } from './app-process';
import { request } from './expect-answer';
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

/** How many spans of a process that records them have come to this end. */
export async function spanCount(
  { healthUrl }: AppProcess,
  outcome: 'exported' | 'queue_full' | 'export_failed',
): Promise<number> {
  const { text } = await request(`${healthUrl}/metrics`);
  const [, count] =
    new RegExp(`^rollcall_spans_total\\{.*outcome="${outcome}".*\\} (\\d+)$`, 'm').exec(text) ?? [];
  if (count === undefined) throw new Error(`no spans are counted as ${outcome}`);
  return Number(count);
}

/** The lines of a process's log that name the trace. */
export function linesOf(process: NodeProcess, traceId: string): readonly LogLine[] {
  return logOf(process).filter((line) => line['trace_id'] === traceId);
}

/** What a process says of one kind of event. */
export function eventsOf(process: NodeProcess, event: string): readonly LogLine[] {
  return logOf(process).filter((line) => line['event'] === event);
}

type LogLine = Readonly<Record<string, unknown>>;

/** Of a process that writes JSON: with NODE_ENV=production. */
function logOf(process: NodeProcess): readonly LogLine[] {
  return process
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LogLine);
}
