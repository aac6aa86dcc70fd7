import type { RegistryFailure } from '../registry/registry-failure';

/** What a resolver has to tell. Plain data; the host logs what it wants to. Durations are milliseconds. */
export type ResolverEvent =
  /** A stream is open and its registry has said hello. */
  | {
      readonly type: 'connected';
      readonly registryUrl: string;
      readonly catalogId: string;
      readonly revision: number;
      /** The registry started empty a moment ago; what it does not list yet is held on to. */
      readonly warming: boolean;
    }
  /** The stream broke, could not be opened, or left something out (`REVISION_GAP`); the next registry, or the same one, is tried in `retryInMs`. */
  | {
      readonly type: 'disconnected';
      readonly registryUrl: string;
      readonly failure: RegistryFailure;
      readonly retryInMs: number;
    }
  /** All that was asked for is known up to `revision`. */
  | { readonly type: 'synced'; readonly registryUrl: string; readonly revision: number }
  /** Part of a message was not usable and was left out. */
  | { readonly type: 'malformed'; readonly registryUrl: string; readonly what: string };
