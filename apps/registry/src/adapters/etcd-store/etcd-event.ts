import type { EtcdError, WatchLoss } from '@rollcall/etcd-client';

/** What there is to log of the store and of the group. */
export type EtcdEvent =
  | {
      readonly type: 'restored';
      readonly catalogId: string;
      readonly revision: number;
      readonly tookMs: number;
    }
  | { readonly type: 'connected'; readonly endpoint: string }
  | { readonly type: 'connection_failed'; readonly fault: EtcdError }
  | { readonly type: 'watch_interrupted'; readonly fault: EtcdError }
  | { readonly type: 'history_lost'; readonly loss: WatchLoss }
  | { readonly type: 'caught_up'; readonly revision: number; readonly why: string }
  /** The catalog was replaced as a whole. */
  | { readonly type: 'replaced'; readonly catalogId: string; readonly why: string }
  | { readonly type: 'catch_up_failed'; readonly error: unknown }
  | { readonly type: 'attached' }
  | { readonly type: 'detached' }
  | { readonly type: 'write_failed'; readonly error: unknown }
  | { readonly type: 'write_recovered' }
  | { readonly type: 'lease_lost'; readonly replicaId: string }
  | { readonly type: 'leading'; readonly token: number }
  | { readonly type: 'not_leading'; readonly token: number }
  /** The others count this replica out once its lease has ended. */
  | { readonly type: 'leave_failed'; readonly error: unknown }
  | { readonly type: 'unreadable'; readonly keys: readonly string[] }
  | { readonly type: 'view_differs'; readonly keys: readonly string[] }
  | { readonly type: 'seen_unusable'; readonly error: unknown }
  | { readonly type: 'alarms'; readonly alarms: readonly string[] };
