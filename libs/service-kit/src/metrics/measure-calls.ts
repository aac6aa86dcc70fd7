import type { Registry } from 'prom-client';
import { currentContext } from '../context/request-context';
import { CLIENT_DURATIONS, DurationHistogram } from './duration-histogram';
import type { DurationResult } from './duration-series';

/** One attempt at an instance of another service, as the client library tells of it. */
export interface MeasuredCall {
  readonly serviceName: string;
  readonly method: string;
  /** The status of the answer, or one of a few words for why there was none. */
  readonly result: DurationResult;
  readonly durationMs: number;
}

/**
 * How long other services take to answer this one.
 *
 * @returns what is to be told of each attempt; its exemplar is the span that is current then, where one is recorded
 */
export function measureCalls(registry: Registry): (call: MeasuredCall) => void {
  const durations = new DurationHistogram(registry, CLIENT_DURATIONS);
  return ({ serviceName, method, result, durationMs }) =>
    durations.record(method, serviceName, result, durationMs / 1000, true, currentContext()?.span?.trace);
}
