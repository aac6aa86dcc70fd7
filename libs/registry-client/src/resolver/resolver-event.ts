import type { AuthorityEvent } from '../registry/authority';
import type { RegistryFailure } from '../registry/registry-failure';

/** What a resolver has to tell. Plain data; the host logs what it wants to. Durations are milliseconds. */
export type ResolverEvent =
  | AuthorityEvent
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
      /** How old what is served by now is; undefined when nothing was ever known. */
      readonly staleForMs: number | undefined;
    }
  /** All that was asked for is known up to `revision`. */
  | { readonly type: 'synced'; readonly registryUrl: string; readonly revision: number }
  /**
   * The registry did not take more services onto the stream; those that it has go on, and it is asked again in
   * `retryInMs`.
   */
  | {
      readonly type: 'addition_failed';
      readonly registryUrl: string;
      readonly services: number;
      readonly failure: RegistryFailure;
      readonly retryInMs: number;
    }
  /** What `cacheFile` held is served until a registry answers. `savedAt`: epoch milliseconds. */
  | {
      readonly type: 'restored';
      readonly file: string;
      readonly services: number;
      readonly savedAt: number;
    }
  /** `cacheFile` could not be used; told once for as long as it is so. Nothing else depends on it. */
  | {
      readonly type: 'cache_failed';
      readonly during: 'read' | 'write';
      readonly file: string;
      readonly failure: RegistryFailure;
    }
  /** Part of a message was not usable and was left out. */
  | { readonly type: 'malformed'; readonly registryUrl: string; readonly what: string };
