import { attemptVerdict } from './attempt-verdict';
import { createLatencyMeter, type LatencyMeter } from './latency-meter';
import type { Outcome } from './outcome';
import {
  createOutlierDetector,
  type Admission,
  type OutlierDetector,
  type OutlierTransition,
} from './outlier-detector';
import type { OutlierState, Standing } from './outlier-state';

/** What the registry says of an instance, as far as it bears on its health. */
export interface ListedHost {
  readonly status: string;
  /** Rises with each registration: another epoch is another process. */
  readonly epoch: number;
}

/** How one attempt went, as far as its instance is judged by it. */
export interface AttemptEnd {
  readonly outcome: Outcome;
  /** Of the answer, where one began. */
  readonly status?: number;
  /** Whether the connection had carried a request before. */
  readonly socketReused?: boolean;
  /** Whether the request had been sent before, there or elsewhere. */
  readonly resent?: boolean;
}

/** Counts the attempts at one instance, for whoever looks at them: nothing is judged by it. */
export interface AttemptLoad {
  /** An attempt begins (1) or is over (-1). */
  inFlightChanged(by: 1 | -1): void;
  /** @param tookMs until an answer began, or the attempt failed */
  attemptEnded(outcome: Outcome, status: number, tookMs: number, resent: boolean): void;
}

export interface HostHealthOptions {
  readonly listed: ListedHost;
  /** Since when it may be picked: see `Candidate`. */
  readonly since: number;
  /** Whether the service can do without one more of its instances: see `mayLoseOneMore`. */
  readonly mayEject: (now: number) => boolean;
  /** Called when `standing` may have changed other than by time alone. */
  readonly onStandingChange?: () => void;
  /** An attempt begins (1) or is over (-1). */
  readonly onInFlight?: (by: 1 | -1) => void;
  readonly load?: AttemptLoad | undefined;
}

/**
 * The health of one instance as one caller sees it, from its own attempts (passive health checking). Times are
 * milliseconds, monotonic; it keeps no timer. An attempt is one object from its begin to its end, so that what is counted
 * in is counted out, and an end is judged by the state in which its attempt began.
 */
export interface HostHealth {
  /** Attempts that have begun and are not over. */
  readonly inFlight: number;
  /** Since when it may be picked without a break: where its slow start begins. */
  readonly since: number;
  readonly outlierState: OutlierState;
  /** When `standing` may turn for the better without an attempt; `undefined` when it would not. */
  readonly availableAt: number | undefined;
  standing(now: number): Standing;
  /** How long its answers take to begin, milliseconds; 0 when nothing is known. */
  latencyMs(now: number): number;
  begin(now: number): HostAttempt;
  /** The registry lists it anew. A new status or another process voids what was known; what only it says of itself does not. */
  update(listed: ListedHost, now: number): void;
  /** Ends an ejection, whatever its cause. */
  restore(): void;
}

/** One attempt at one instance. */
export interface HostAttempt {
  /** Says how it went, once: when an answer has begun, or will not. An attempt that has failed is over with it. */
  end(how: AttemptEnd, now: number): OutlierTransition | undefined;
  /** An answered attempt is over: its last byte has come, or none will. More than one call counts once. */
  release(): void;
}

/** What a failure counts for where answers are timed: an instance that fails at once must not look fast. */
const FAILURE_MS = 1000;

export function createHostHealth(options: HostHealthOptions): HostHealth {
  return new Health(options);
}

// Classes, because their methods are called for every request, and closures would be made for each.
class Health implements HostHealth {
  inFlight = 0;
  since: number;
  readonly detector: OutlierDetector;
  readonly latency: LatencyMeter = createLatencyMeter();
  readonly #onStandingChange: (() => void) | undefined;
  readonly #onInFlight: ((by: 1 | -1) => void) | undefined;
  readonly load: AttemptLoad | undefined;
  #listed: ListedHost;

  constructor({ listed, since, mayEject, onStandingChange, onInFlight, load }: HostHealthOptions) {
    this.since = since;
    this.detector = createOutlierDetector({ mayEject });
    this.#listed = listed;
    this.#onStandingChange = onStandingChange;
    this.#onInFlight = onInFlight;
    this.load = load;
  }

  get outlierState(): OutlierState {
    return this.detector.state;
  }
  get availableAt(): number | undefined {
    return this.detector.availableAt;
  }

  standing(now: number): Standing {
    return this.detector.standing(now);
  }

  latencyMs(now: number): number {
    return this.latency.valueAt(now);
  }

  begin(now: number): HostAttempt {
    const before = this.detector.state;
    const admission = this.detector.admit(now);
    this.stateWas(before);
    this.count(1);
    return new Attempt(this, admission, now);
  }

  update(listed: ListedHost, now: number): void {
    const { status, epoch } = this.#listed;
    this.#listed = listed;
    if (listed.status === status && listed.epoch === epoch) return;
    this.restore();
    // Another process, or one that has only now become ready, is cold. A suspect that turns out well was serving all along.
    if (listed.epoch !== epoch || (listed.status === 'up' && status !== 'suspect')) this.since = now;
  }

  restore(): void {
    const before = this.detector.state;
    this.detector.reset();
    this.stateWas(before);
  }

  count(by: 1 | -1): void {
    this.inFlight += by;
    this.#onInFlight?.(by);
    this.load?.inFlightChanged(by);
  }

  stateWas(before: OutlierState): void {
    if (this.detector.state !== before) this.#onStandingChange?.();
  }
}

class Attempt implements HostAttempt {
  readonly #health: Health;
  readonly #admission: Admission;
  readonly #begunAt: number;
  #over = false;

  constructor(health: Health, admission: Admission, begunAt: number) {
    this.#health = health;
    this.#admission = admission;
    this.#begunAt = begunAt;
  }

  end(how: AttemptEnd, now: number): OutlierTransition | undefined {
    const { outcome, status = 0, socketReused = false, resent = false } = how;
    const { detector, latency, load } = this.#health;
    const verdict = attemptVerdict(outcome, status, socketReused);
    const before = detector.state;
    const transition = detector.record(this.#admission, outcome, verdict, now);
    this.#health.stateWas(before);
    if (transition === 'restored') this.#health.since = now;
    const tookMs = now - this.#begunAt;
    if (verdict === 'answered') latency.observe(tookMs, now);
    if (verdict === 'failed') latency.observe(Math.max(tookMs, FAILURE_MS), now);
    load?.attemptEnded(outcome, status, tookMs, resent);
    if (outcome !== 'response') this.release();
    return transition;
  }

  release(): void {
    if (this.#over) return;
    this.#over = true;
    this.#health.count(-1);
  }
}
