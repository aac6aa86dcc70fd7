import type { Deregistration } from '../deregistration';
import type { Drain } from '../drain';
import type { MembershipPlan } from '../membership-plan';
import type { RegistrarEvent, RegistrarState } from '../registrar-report';
import type { PreviousListing } from '../sent-registrations';

/** The data that a membership's worker thread is started with. */
export interface MembershipThreadData {
  readonly plan: MembershipPlan;
  readonly previous: PreviousListing;
  /** A count that the main thread raises while it makes progress. */
  readonly ticks: Int32Array<SharedArrayBuffer>;
  readonly stallLimitMs: number;
}

/** From the main thread to the worker thread. */
export type MainThreadMessage =
  | { readonly kind: 'begin' }
  | { readonly kind: 'halt' }
  | { readonly kind: 'drain'; readonly waitMs: number }
  | { readonly kind: 'deregister' };

/** The answer to a message of the same kind; `begin` has none. */
export type MembershipReply =
  | { readonly kind: 'halt' }
  | { readonly kind: 'drain'; readonly drain: Drain | undefined }
  | { readonly kind: 'deregister'; readonly deregistration: Deregistration };

/** From the worker thread to the main thread. */
export type WorkerThreadMessage =
  /** The thread has loaded what it needs. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'event'; readonly event: RegistrarEvent }
  | { readonly kind: 'state'; readonly state: RegistrarState }
  | { readonly kind: 'reply'; readonly reply: MembershipReply };
