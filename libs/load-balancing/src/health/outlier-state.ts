import type { Outcome } from './outcome';

/** Why an instance is left out: nobody gets through to it, or it fails what it takes. */
export type EjectionCause = 'connect' | 'failures';

/** What is known of one instance from our own attempts at it. Times are milliseconds, monotonic. */
export type OutlierState =
  | { readonly status: 'healthy' }
  | (Ejection & { readonly status: 'ejected'; readonly until: number })
  /** One attempt is finding out; another may be made at `renewAt` if that one is slow to tell. */
  | (Ejection & { readonly status: 'trial'; readonly renewAt: number });

interface Ejection {
  readonly cause: EjectionCause;
  /** How the attempt ended that was one too many. */
  readonly outcome: Outcome;
  /** Ejections for this cause, as far as they have not been lived down. */
  readonly times: number;
}

/** Whether an instance may be picked, as far as our own attempts have shown. */
export type Standing = 'available' | 'failing' | 'not-connected';

export function standingOf(state: OutlierState, now: number): Standing {
  if (state.status === 'healthy' || now >= dueAt(state)) return 'available';
  return state.cause === 'connect' ? 'not-connected' : 'failing';
}

/** When an instance that is out is worth an attempt again. */
export function dueAt(state: Exclude<OutlierState, { status: 'healthy' }>): number {
  return state.status === 'ejected' ? state.until : state.renewAt;
}
