import type { RegistryFailure } from '../registry/registry-failure';
import type { DiscoveryResult } from './discovery-result';

/** What is known of services that have no view of their own: with `*`, that they are empty, once in sync. */
export interface RestOfCatalog {
  /** Whether a stream has been in sync. */
  readonly known: boolean;
  of(serviceName: string): DiscoveryResult;
  synced(revision: number): void;
  /** @param at wall-clock milliseconds */
  lose(failure: RegistryFailure, at: number): void;
}

type State =
  | { readonly kind: 'unknown'; readonly failure?: RegistryFailure }
  | { readonly kind: 'known'; readonly revision: number; readonly lostAt?: number };

export function createRestOfCatalog(everything: boolean): RestOfCatalog {
  let state: State = { kind: 'unknown' };

  return {
    get known() {
      return state.kind === 'known';
    },
    of(serviceName) {
      if (state.kind === 'unknown')
        return state.failure === undefined ? { state: 'pending' } : { state: 'failed', error: state.failure };
      if (!everything) return { state: 'pending' };
      const snapshot = { serviceName, revision: state.revision, instances: [] };
      return state.lostAt === undefined
        ? { state: 'resolved', snapshot }
        : { state: 'stale', snapshot, since: state.lostAt };
    },
    synced(revision) {
      state = { kind: 'known', revision };
    },
    lose(failure, at) {
      state = state.kind === 'known' ? { lostAt: at, ...state } : { kind: 'unknown', failure };
    },
  };
}
