import { isConnectFailure, type Outcome } from './outcome';

/**
 * What an attempt has shown of its instance.
 *
 * - `answered`: it does its work
 * - `failed`: it took the request and did not do its work, or is a gateway itself and says that of somebody else
 * - `not-connected`: it cannot be reached at all
 * - `nothing`: the attempt ended for reasons of somebody else's
 */
export type AttemptVerdict = 'answered' | 'failed' | 'not-connected' | 'nothing';

/** An instance that hands a request back does so for lack of room, or as it is leaving: that is no failure of its work. */
const SAYS_NOTHING: ReadonlySet<Outcome> = new Set(['unprocessed', 'overloaded', 'downstream-aborted']);

/**
 * @param status of the answer, where one began. 502, 503 and 504 are failures: "not now", whoever says so. 500 is none:
 * it is this request's answer, and a caller who sends a bad one over and over must not put instances out.
 * @param socketReused a kept connection that dies under a request may just have been closed by an instance that had
 * nothing to do (nodejs/node#20256), so that tells nothing
 */
export function attemptVerdict(outcome: Outcome, status: number, socketReused: boolean): AttemptVerdict {
  if (outcome === 'response') return status >= 502 && status <= 504 ? 'failed' : 'answered';
  if (isConnectFailure(outcome)) return 'not-connected';
  if (SAYS_NOTHING.has(outcome)) return 'nothing';
  return outcome === 'reset-before-response' && socketReused ? 'nothing' : 'failed';
}
