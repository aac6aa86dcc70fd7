import type { Drain } from './drain';
import type { MembershipPlan } from './membership-plan';
import type { RegistrarEvent } from './registrar-event';
import type { RegistrarState } from './registrar-state';
import type { FormerListing } from './registrations';
import type { Withdrawal } from './withdrawal';

/** What a membership's thread is started with. */
export interface MembershipThreadData {
  readonly plan: MembershipPlan;
  readonly formerly: FormerListing;
  /** A count that the main thread raises while it makes progress. */
  readonly ticks: Int32Array<SharedArrayBuffer>;
  readonly stallLimitMs: number;
}

export type MembershipOrder =
  | { readonly kind: 'begin' }
  | { readonly kind: 'halt' }
  | { readonly kind: 'drain'; readonly waitMs: number }
  | { readonly kind: 'withdraw' };

/** The answers to orders, of the same kind; `begin` has none. */
export type MembershipReply =
  | { readonly kind: 'halt' }
  | { readonly kind: 'drain'; readonly drain: Drain | undefined }
  | { readonly kind: 'withdraw'; readonly withdrawal: Withdrawal };

export type MembershipNews =
  /** The thread has loaded what it needs. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'event'; readonly event: RegistrarEvent }
  | { readonly kind: 'state'; readonly state: RegistrarState }
  | { readonly kind: 'reply'; readonly reply: MembershipReply };
