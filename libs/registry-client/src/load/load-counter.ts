import type { LoadEdge, LoadOutcome } from '@rollcall/contracts';
import { LATENCY_BUCKETS, latencyBucket } from '@rollcall/contracts/latency-buckets';
import type { AttemptLoad, Outcome } from '@rollcall/load-balancing';

/** How what is counted has ended: well, by an outcome that is told apart, or badly in another way. */
export type LoadResult = 'ok' | LoadOutcome | 'failed';

/** Where load goes: see `LoadEdge`. */
export type LoadTarget = Pick<LoadEdge, 'service_name' | 'instance_id' | 'route'>;

/** What counters belong to. */
export interface CountingMeter {
  readonly isCounting: boolean;
  /** Something has happened on it since it was last taken. */
  changed(counter: LoadCounter): void;
}

/**
 * Counts the load of one edge. It is called for every request, so that it is a class whose numbers are its own, and the
 * latencies are one array that is made with the first of them.
 */
export class LoadCounter implements AttemptLoad {
  #inFlight = 0;
  #requests = 0;
  #failed = 0;
  #retried = 0;
  #outcomes: Partial<Record<LoadOutcome, number>> | undefined;
  #buckets: Uint32Array | undefined;
  #isListed = false;
  readonly #target: LoadTarget;
  readonly #meter: CountingMeter;

  constructor(target: LoadTarget, meter: CountingMeter) {
    this.#target = target;
    this.#meter = meter;
  }

  inFlightChanged(by: 1 | -1): void {
    this.#inFlight += by;
    if (this.#meter.isCounting) this.#list();
  }

  attemptEnded(outcome: Outcome, status: number, tookMs: number, resent: boolean): void {
    this.ended(resultOf(outcome, status), tookMs, resent);
  }

  /** @param tookMs `undefined` where it says nothing: what has left HTTP may last for days */
  ended(result: LoadResult, tookMs: number | undefined, retried: boolean): void {
    if (!this.#meter.isCounting) return;
    this.#list();
    this.#requests += 1;
    if (retried) this.#retried += 1;
    if (tookMs !== undefined) {
      const buckets = (this.#buckets ??= new Uint32Array(LATENCY_BUCKETS));
      const bucket = latencyBucket(tookMs);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    if (result === 'ok') return;
    this.#failed += 1;
    if (result === 'failed') return;
    const outcomes = (this.#outcomes ??= {});
    outcomes[result] = (outcomes[result] ?? 0) + 1;
  }

  /** What was counted since it was last taken; `undefined` when that is nothing, and nothing is in flight. */
  take(): LoadEdge | undefined {
    const isIdle = this.#requests === 0 && this.#inFlight === 0;
    const edge: LoadEdge | undefined = isIdle
      ? undefined
      : {
          ...this.#target,
          requests: this.#requests,
          failed: this.#failed,
          retried: this.#retried,
          in_flight: this.#inFlight,
          ...(this.#outcomes && { outcomes: this.#outcomes }),
          buckets: countedBuckets(this.#buckets),
        };
    this.#requests = this.#failed = this.#retried = 0;
    this.#outcomes = undefined;
    this.#buckets?.fill(0);
    this.#isListed = false;
    // What stays in flight is reported again: an edge that is not has nothing in flight.
    if (this.#inFlight > 0) this.#list();
    return edge;
  }

  #list(): void {
    if (this.#isListed) return;
    this.#isListed = true;
    this.#meter.changed(this);
  }
}

function countedBuckets(counts: Uint32Array | undefined): Record<string, number> {
  const counted: Record<string, number> = {};
  counts?.forEach((count, bucket) => {
    if (count > 0) counted[bucket] = count;
  });
  return counted;
}

const RESULTS: Readonly<Record<Exclude<Outcome, 'response'>, LoadResult>> = {
  refused: 'refused',
  unreachable: 'refused',
  unprocessed: 'refused',
  'reset-before-response': 'reset',
  'bad-response': 'bad_response',
  'headers-timeout': 'timed_out',
  'body-idle-timeout': 'timed_out',
  // Of our own limits, or of whoever called us: the instance has not failed.
  overloaded: 'ok',
  'downstream-aborted': 'ok',
};

function resultOf(outcome: Outcome, status: number): LoadResult {
  if (outcome !== 'response') return RESULTS[outcome];
  return status >= 500 ? 's5xx' : 'ok';
}
