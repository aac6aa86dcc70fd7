import type { TraceContext } from '../context/trace-context';
import { OTHER } from './bounded-subjects';

export type RecordedTrace = Pick<TraceContext, 'traceId' | 'spanId'>;

export type SubjectLabel = 'http_route' | 'upstream_service';

export type DurationLabel = SubjectLabel | 'http_request_method' | 'http_response_status_code' | 'error_type';

/** A status, or one of a fixed set of names for what got no answer. */
export type DurationResult = number | string;

export interface DurationSeries {
  readonly labels: Partial<Readonly<Record<DurationLabel, string>>>;
  /** Observations by the first bucket they fit in; the last place is for those beyond all of them. */
  readonly counts: number[];
  sum: number;
  /** The latest recorded request in each bucket. */
  readonly exemplars: Exemplar[];
}

/** As prom-client has them; the timestamp in seconds. */
interface Exemplar {
  readonly labelSet: Readonly<Record<'trace_id' | 'span_id', string>>;
  readonly value: number;
  readonly timestamp: number;
}

// The buckets that OpenTelemetry's HTTP conventions advise.
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Stands for every other one; an instance may answer with any of 900. */
export const UNKNOWN_STATUS = 0;

/** The series of one route or service. */
export class SubjectSeries {
  readonly byMethod = new Map<string, Map<DurationResult, DurationSeries>>();

  constructor(
    readonly label: SubjectLabel,
    readonly name: string,
  ) {}

  find(method: string, result: DurationResult): DurationSeries | undefined {
    return this.byMethod.get(method)?.get(result);
  }

  begin(method: string, result: DurationResult): DurationSeries {
    const series = {
      labels: { http_request_method: method, [this.label]: this.name, ...resultLabels(this.label, result) },
      counts: [...BUCKETS, Infinity].map(() => 0),
      sum: 0,
      exemplars: [],
    };
    const byResult = this.byMethod.get(method) ?? new Map<DurationResult, DurationSeries>();
    this.byMethod.set(method, byResult.set(result, series));
    return series;
  }
}

/** To a client every status from 400 on is an error (OpenTelemetry's HTTP conventions). */
function resultLabels(of: SubjectLabel, result: DurationResult): DurationSeries['labels'] {
  if (typeof result === 'string') return { error_type: result };
  const status = result === UNKNOWN_STATUS ? OTHER : String(result);
  const isError = of === 'upstream_service' && (result >= 400 || result === UNKNOWN_STATUS);
  return { http_response_status_code: status, ...(isError && { error_type: status }) };
}

export function observe(series: DurationSeries, seconds: number, recorded: RecordedTrace | undefined): void {
  let bucket = 0;
  while (bucket < BUCKETS.length && seconds > (BUCKETS[bucket] ?? Infinity)) bucket += 1;
  series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
  series.sum += seconds;
  if (recorded === undefined) return;
  series.exemplars[bucket] = {
    labelSet: { trace_id: recorded.traceId, span_id: recorded.spanId },
    value: seconds,
    timestamp: Date.now() / 1000,
  };
}
