import { LATENCY_BUCKETS, LOAD_OUTCOMES, latencyPercentile, type LoadCounts } from '@rollcall/contracts';

/** How finely the course of time is kept. Finer: more memory, and reports that come every two seconds leave gaps. */
export const STEP_MS = 2000;
/** Latencies and outcomes are kept by so many steps: 80 numbers for each would take forty times the memory otherwise. */
export const STEPS_A_SUM = 10;
const SUMS = 16;
/** Steps that are kept: 320 s. */
export const STEPS = SUMS * STEPS_A_SUM;
/** Of a sum: the retried, those that failed by outcome, the latencies by bucket. */
const RETRIED = 0;
const OUTCOMES = 1;
const BUCKETS = OUTCOMES + LOAD_OUTCOMES.length;
const WIDTH = BUCKETS + LATENCY_BUCKETS;
const MOST = 2 ** 32 - 1;

/** What a window of several series adds up to. */
export interface TrafficSum {
  requests: number;
  failed: number;
  retried: number;
  readonly outcomes: Float64Array;
  readonly buckets: Float64Array;
}

export function newTrafficSum(): TrafficSum {
  return {
    requests: 0,
    failed: 0,
    retried: 0,
    outcomes: new Float64Array(LOAD_OUTCOMES.length),
    buckets: new Float64Array(LATENCY_BUCKETS),
  };
}

/** The last minutes of one edge, in rings of a fixed size: 7 KiB, however much is counted. Times are monotonic milliseconds. */
export class TrafficSeries {
  /** Requests in flight when it was last reported. */
  inFlight = 0;
  /** When a request was last reported. */
  lastAt: number;
  readonly #requests = new Uint32Array(STEPS);
  readonly #failed = new Uint32Array(STEPS);
  readonly #p99 = new Float32Array(STEPS);
  readonly #sums = new Uint32Array(SUMS * WIDTH);
  /** The latest step that has a place in the rings. */
  #latest: number;

  constructor(now: number) {
    this.lastAt = now;
    this.#latest = stepAt(now);
  }

  /**
   * Adds what was counted from one time to another, spread evenly between. All of it is kept; a number that would not fit
   * stays at the highest that does.
   *
   * @param from not before what is kept
   * @param to not before that of an earlier call
   */
  add(
    counts: Pick<LoadCounts, 'requests' | 'failed' | 'retried' | 'outcomes' | 'buckets'>,
    from: number,
    to: number,
  ): void {
    const first = stepAt(from);
    const last = Math.max(first, stepAt(to));
    this.#advance(last);
    const p99 = latencyPercentile(counts.buckets, 0.99) ?? 0;
    let before = 0;
    for (let step = first; step <= last; step += 1) {
      const until = shareUntil((step + 1) * STEP_MS, from, to);
      this.#addStep(step, part(counts.requests, before, until), part(counts.failed, before, until), p99);
      before = until;
    }
    before = 0;
    for (let sum = sumOf(first); sum <= sumOf(last); sum += 1) {
      const until = shareUntil((sum + 1) * STEPS_A_SUM * STEP_MS, from, to);
      this.#addSum(sum, counts, before, until);
      before = until;
    }
    if (counts.requests > 0) this.lastAt = to;
  }

  /** Adds what has happened from a step on, the first of a sum: see `firstStepOf`. */
  addTo(total: TrafficSum, firstStep: number): void {
    for (let step = this.#kept(firstStep); step <= this.#latest; step += 1) {
      total.requests += this.#requests[step % STEPS] ?? 0;
      total.failed += this.#failed[step % STEPS] ?? 0;
    }
    for (let sum = sumOf(this.#kept(firstStep)); sum <= sumOf(this.#latest); sum += 1) {
      const at = (sum % SUMS) * WIDTH;
      total.retried += this.#sums[at + RETRIED] ?? 0;
      addInto(total.outcomes, this.#sums, at + OUTCOMES);
      addInto(total.buckets, this.#sums, at + BUCKETS);
    }
  }

  /** One step as it was: all 0 where nothing is kept of it. */
  at(step: number): { readonly requests: number; readonly failed: number; readonly p99Ms: number } {
    if (step > this.#latest || step !== this.#kept(step)) return NOTHING;
    const place = step % STEPS;
    return {
      requests: this.#requests[place] ?? 0,
      failed: this.#failed[place] ?? 0,
      p99Ms: this.#p99[place] ?? 0,
    };
  }

  /** The first step from that one on that is kept. Whole sums are kept only, the latest of which may be unfinished. */
  #kept(step: number): number {
    return Math.max(step, (sumOf(this.#latest) - SUMS + 1) * STEPS_A_SUM, 0);
  }

  #advance(step: number): void {
    if (step <= this.#latest) return;
    const before = this.#latest;
    this.#latest = step;
    for (let next = Math.max(before + 1, step - STEPS + 1); next <= step; next += 1) {
      const place = next % STEPS;
      this.#requests[place] = this.#failed[place] = this.#p99[place] = 0;
    }
    for (let next = Math.max(sumOf(before) + 1, sumOf(step) - SUMS + 1); next <= sumOf(step); next += 1) {
      const at = (next % SUMS) * WIDTH;
      this.#sums.fill(0, at, at + WIDTH);
    }
  }

  #addStep(step: number, requests: number, failed: number, p99: number): void {
    if (requests === 0) return;
    const place = step % STEPS;
    const had = this.#requests[place] ?? 0;
    // Of several reports in one step: their mean by requests. What each of them has counted is in the sums only.
    this.#p99[place] = ((this.#p99[place] ?? 0) * had + p99 * requests) / (had + requests);
    this.#requests[place] = Math.min(MOST, had + requests);
    this.#failed[place] = Math.min(MOST, (this.#failed[place] ?? 0) + failed);
  }

  #addSum(
    sum: number,
    { retried, outcomes = {}, buckets }: Parameters<TrafficSeries['add']>[0],
    before: number,
    until: number,
  ): void {
    const at = (sum % SUMS) * WIDTH;
    const add = (place: number, count: number): void => {
      this.#sums[at + place] = Math.min(MOST, (this.#sums[at + place] ?? 0) + part(count, before, until));
    };
    add(RETRIED, retried);
    for (const [index, outcome] of LOAD_OUTCOMES.entries()) add(OUTCOMES + index, outcomes[outcome] ?? 0);
    for (const bucket in buckets) add(BUCKETS + Number(bucket), buckets[bucket] ?? 0);
  }
}

const NOTHING = { requests: 0, failed: 0, p99Ms: 0 } as const;

export function stepAt(now: number): number {
  return Math.floor(now / STEP_MS);
}

/** The step at which a window begins that covers at least so much: latencies are kept by whole sums. */
export function firstStepOf(now: number, windowMs: number): number {
  return Math.max(0, sumOf(stepAt(now - windowMs)) * STEPS_A_SUM);
}

function sumOf(step: number): number {
  return Math.floor(step / STEPS_A_SUM);
}

/** Which share of the time between lies before a moment. */
function shareUntil(moment: number, from: number, to: number): number {
  return moment >= to ? 1 : (moment - from) / (to - from);
}

/** Whole numbers that add up to the count over all shares. */
function part(count: number, before: number, until: number): number {
  return Math.floor(count * until) - Math.floor(count * before);
}

function addInto(total: Float64Array, from: Uint32Array, at: number): void {
  for (let place = 0; place < total.length; place += 1)
    total[place] = (total[place] ?? 0) + (from[at + place] ?? 0);
}
