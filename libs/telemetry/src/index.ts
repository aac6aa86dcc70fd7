export type { OnExport, SpanCounts } from './bounded-export';
export type { RecordedSpan, SpanValues } from './recorded-span';
export {
  createSpanRecorder,
  type SpanBeginning,
  type SpanPlace,
  type SpanRecorder,
  type SpanRecorderOptions,
} from './span-recorder';
