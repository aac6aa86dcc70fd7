import type { Override } from './standing';

/**
 * What a probe found at the instance's address. `silent` took the connection and did not answer; an `anonymous`
 * answer carried no identity, as those of services that know nothing of Rollcall. `unverified` showed a certificate
 * that is not trusted here: something is there, and what it says of itself is worth nothing.
 */
export type ProbeOutcome =
  | 'answered'
  | 'anonymous'
  | 'somebody_else'
  | 'refused'
  | 'timed_out'
  | 'unreachable'
  | 'silent'
  | 'unverified';

/** What can happen to a registered instance: one row of the state table each, or several. */
export type InstanceEvent =
  | { readonly type: 'heartbeat'; readonly status?: 'up' | 'starting' }
  | { readonly type: 'drain' }
  | { readonly type: 'session_opened' }
  | { readonly type: 'session_lost' }
  | { readonly type: 'probed'; readonly outcome: ProbeOutcome }
  /** The same of an instance whose session went down with its replica, and that has not been heard of since. */
  | { readonly type: 'missing_probed'; readonly outcome: ProbeOutcome }
  | { readonly type: 'lease_ended' }
  /** The mass-expiry guard keeps an instance that would have been evicted on a presumption; `why`, for people. */
  | { readonly type: 'held'; readonly why: string }
  /** The guard has expired, or an operator has released it. */
  | { readonly type: 'released' }
  /** `why`, for people, where there is more to say than the reason that the operator gave. */
  | { readonly type: 'overridden'; readonly override: Override; readonly why?: string }
  | { readonly type: 'override_removed'; readonly why?: string }
  | { readonly type: 'deregistered' };
