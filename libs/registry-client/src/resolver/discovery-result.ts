import type { Instance, RouteClaim } from '@rollcall/contracts';
import type { RegistryFailure } from '../registry/registry-failure';

/** The full set of one service at a revision, every status included. Immutable; replaced whole. */
export interface Snapshot {
  readonly serviceName: string;
  /**
   * The registry's revision of this set. Not a version of this object: while a registry that started empty is
   * warming up, sets of the same revision may differ by instances that are being held on to.
   */
  readonly revision: number;
  readonly instances: readonly Instance[];
  /** Paths that gateways keep for the service; absent when it holds none. */
  readonly claims?: readonly RouteClaim[];
}

/** What is known of a service. "No instance" is `resolved` with an empty set, and not the same as not knowing. */
export type DiscoveryResult =
  /** Asked for, not answered yet. */
  | { readonly state: 'pending' }
  /** Known, and the registry's stream stands. */
  | { readonly state: 'resolved'; readonly snapshot: Snapshot }
  /** The last known good: the stream broke at `since` (epoch milliseconds) and is being opened again. */
  | { readonly state: 'stale'; readonly snapshot: Snapshot; readonly since: number }
  /** Nothing was ever known, and the registry cannot be reached or refuses. Still being tried. */
  | { readonly state: 'failed'; readonly error: RegistryFailure };
