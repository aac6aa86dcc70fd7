import type { AttemptVerdict } from './attempt-verdict';
import { CONNECT_EJECTION, connectEjectionMs, FAILURE_EJECTION, failureEjectionMs } from './ejection-time';
import type { Outcome } from './outcome';
import { dueAt, standingOf, type EjectionCause, type OutlierState, type Standing } from './outlier-state';

/** Says in which state an attempt began; its outcome counts only while that state lasts. */
export type Admission = number;

export type OutlierTransition = 'ejected' | 'restored';

export interface OutlierDetectorOptions {
  /** Asked when failures would put it out: whether the service can do without one more (see `mayLoseOneMore`). */
  readonly mayEject: (now: number) => boolean;
}

/**
 * Judges one instance by the attempts made at it. Who cannot be connected to is out at once, then tried again after a
 * time that doubles; who fails five attempts in a row is out for a time that grows. Either way one attempt finds out
 * whether it is over. It keeps no timer: what time has changed is worked out from `now` (milliseconds, monotonic).
 */
export interface OutlierDetector {
  readonly state: OutlierState;
  /** Changes nothing. */
  standing(now: number): Standing;
  /** When that may turn for the better without anything being recorded; `undefined` when it would not. */
  readonly availableAt: number | undefined;
  /** An attempt begins; also when the instance is not available and there is no other. Every admission is recorded once. */
  admit(now: number): Admission;
  /** How that attempt ended. Late news from an older state is dropped: the world has moved on. */
  record(
    admission: Admission,
    outcome: Outcome,
    verdict: AttemptVerdict,
    now: number,
  ): OutlierTransition | undefined;
  /** The registry, or a person, has said something new of the instance: what was known is void. */
  reset(): void;
}

/** One is a blip; dozens are callers who have waited for nothing. */
const FAILURES_IN_A_ROW = 5;

const HEALTHY: OutlierState = { status: 'healthy' };

export function createOutlierDetector({ mayEject }: OutlierDetectorOptions): OutlierDetector {
  let state: OutlierState = HEALTHY;
  let generation = 0;
  let failuresInARow = 0;
  /** Ejections for failures that have not been lived down, and since when they are being lived down. */
  let pastEjections = 0;
  let calmSince = 0;

  function enter(next: OutlierState): void {
    state = next;
    generation += 1;
    failuresInARow = 0;
  }

  function eject(cause: EjectionCause, outcome: Outcome, times: number, now: number): void {
    if (cause === 'failures') pastEjections = times;
    const lastsMs = cause === 'connect' ? connectEjectionMs(times) : failureEjectionMs(times);
    enter({ status: 'ejected', cause, outcome, times, until: now + lastsMs });
  }

  function fail(outcome: Outcome, now: number): OutlierTransition | undefined {
    failuresInARow += 1;
    if (failuresInARow < FAILURES_IN_A_ROW || !mayEject(now)) return undefined;
    eject('failures', outcome, pastEjections + 1, now);
    return 'ejected';
  }

  /** One ejection is lived down by ten seconds of answers. */
  function liveDown(now: number): void {
    failuresInARow = 0;
    if (pastEjections === 0 || now - calmSince < FAILURE_EJECTION.baseMs) return;
    pastEjections -= 1;
    calmSince = now;
  }

  function restore(now: number): OutlierTransition {
    enter(HEALTHY);
    calmSince = now;
    return 'restored';
  }

  function recordHealthy(outcome: Outcome, verdict: AttemptVerdict, now: number) {
    if (verdict === 'answered') liveDown(now);
    if (verdict === 'failed') return fail(outcome, now);
    if (verdict !== 'not-connected') return undefined;
    eject('connect', outcome, 1, now);
    return 'ejected';
  }

  function recordOut(
    out: Exclude<OutlierState, { status: 'healthy' }>,
    outcome: Outcome,
    verdict: AttemptVerdict,
    now: number,
  ): OutlierTransition | undefined {
    const onTrial = out.status === 'trial';
    switch (verdict) {
      case 'nothing':
        if (onTrial) enter({ ...out, status: 'ejected', until: now });
        return undefined;
      case 'answered':
        return restore(now);
      case 'not-connected':
        if (out.cause === 'failures') eject('connect', outcome, 1, now);
        // Only a trial makes it worse: attempts forced on it for want of another say nothing new.
        else if (onTrial) eject('connect', outcome, out.times + 1, now);
        return undefined;
      case 'failed':
        // Whoever fails a request has been connected to.
        if (out.cause === 'connect') {
          restore(now);
          failuresInARow = 1;
          return 'restored';
        }
        if (onTrial) eject('failures', outcome, out.times + 1, now);
        return undefined;
    }
  }

  return {
    get state() {
      return state;
    },
    get availableAt() {
      return state.status === 'healthy' ? undefined : dueAt(state);
    },

    standing: (now) => standingOf(state, now),

    admit(now) {
      if (state.status === 'healthy' || now < dueAt(state)) return generation;
      const trial = { ...state, status: 'trial', renewAt: now + CONNECT_EJECTION.baseMs } as const;
      // A renewed trial is the same trial: else an instance that answers slowly would never be heard.
      if (state.status === 'trial') state = trial;
      else enter(trial);
      return generation;
    },

    record(admission, outcome, verdict, now) {
      if (admission !== generation) return undefined;
      return state.status === 'healthy'
        ? recordHealthy(outcome, verdict, now)
        : recordOut(state, outcome, verdict, now);
    },

    reset() {
      if (state.status !== 'healthy') enter(HEALTHY);
      failuresInARow = 0;
      pastEjections = 0;
    },
  };
}
