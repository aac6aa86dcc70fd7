import { DEFAULT_EJECTION, ejectionMs, type EjectionOptions } from './ejection-time';
import { isConnectFailure, type Outcome } from './outcome';

/** What is known of one instance from our own attempts at it. */
export type OutlierState =
  | { readonly status: 'healthy' }
  | { readonly status: 'ejected'; readonly outcome: Outcome; readonly times: number; readonly until: number }
  /** One attempt is finding out; another may be made at `renewAt` if that one is slow to tell. */
  | { readonly status: 'trial'; readonly outcome: Outcome; readonly times: number; readonly renewAt: number };

/** Says in which state an attempt began; its outcome counts only while that state lasts. */
export type Admission = number;

export type OutlierTransition = 'ejected' | 'restored';

/**
 * Judges one instance by the attempts made at it: refused or unreachable is out at once, then tried again after a time
 * that doubles. It keeps no timer: what time has changed is worked out from `now` (milliseconds, monotonic).
 */
export interface OutlierDetector {
  readonly state: OutlierState;
  /** Whether it should be picked. Changes nothing. */
  isAvailable(now: number): boolean;
  /** When that may turn from no to yes without anything being recorded; `undefined` when it would not. */
  readonly availableAt: number | undefined;
  /** An attempt begins; also when the instance is not available and there is no other. Every admission is recorded once. */
  admit(now: number): Admission;
  /** The outcome of that attempt. Late news from an older state is dropped: the world has moved on. */
  record(admission: Admission, outcome: Outcome, now: number): OutlierTransition | undefined;
  /** The registry has said something new of the instance: what was known is void. */
  reset(): void;
}

const HEALTHY: OutlierState = { status: 'healthy' };

export function createOutlierDetector(options: EjectionOptions = DEFAULT_EJECTION): OutlierDetector {
  let state: OutlierState = HEALTHY;
  let generation = 0;

  function enter(next: OutlierState): void {
    state = next;
    generation += 1;
  }

  function eject(outcome: Outcome, times: number, now: number): void {
    enter({ status: 'ejected', outcome, times, until: now + ejectionMs(times, options) });
  }

  function availableAt(): number | undefined {
    if (state.status === 'healthy') return undefined;
    return state.status === 'ejected' ? state.until : state.renewAt;
  }

  return {
    get state() {
      return state;
    },
    get availableAt() {
      return availableAt();
    },

    isAvailable: (now) => now >= (availableAt() ?? -Infinity),

    admit(now) {
      if (state.status === 'healthy' || now < (availableAt() ?? 0)) return generation;
      const trial = { ...state, status: 'trial', renewAt: now + options.baseMs } as const;
      // A renewed trial is the same trial: else an instance that answers slowly would never be heard.
      if (state.status === 'trial') state = trial;
      else enter(trial);
      return generation;
    },

    record(admission, outcome, now) {
      if (admission !== generation) return undefined;
      if (state.status === 'healthy') {
        if (!isConnectFailure(outcome)) return undefined;
        eject(outcome, 1, now);
        return 'ejected';
      }
      if (isConnectFailure(outcome)) {
        // Only a trial makes it worse: attempts forced on it for want of another say nothing new.
        if (state.status === 'trial') eject(outcome, state.times + 1, now);
        return undefined;
      }
      if (outcome === 'downstream-aborted' || outcome === 'overloaded') {
        if (state.status === 'trial') enter({ ...state, status: 'ejected', until: now });
        return undefined;
      }
      enter(HEALTHY);
      return 'restored';
    },

    reset() {
      if (state.status !== 'healthy') enter(HEALTHY);
    },
  };
}
