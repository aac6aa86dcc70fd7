import type { TlsFileEvent } from '../registry/tls-files';
import type { RegistryFailure } from '../registry/registry-failure';

/** The events of a resolver. Plain data; the host logs what it wants to. Durations are milliseconds. */
export type ResolverEvent =
  | TlsFileEvent
  /** A stream is open and its registry has said hello. */
  | {
      readonly type: 'connected';
      readonly registryUrl: string;
      readonly catalogId: string;
      readonly revision: number;
      /** The registry started empty a moment ago; instances that it does not list yet are kept. */
      readonly warming: boolean;
    }
  /** The stream broke, could not be opened, or left something out (`REVISION_GAP`); the next registry, or the same one, is tried in `retryInMs`. */
  | {
      readonly type: 'disconnected';
      readonly registryUrl: string;
      readonly failure: RegistryFailure;
      readonly retryInMs: number;
      /** Age of the catalog that is served meanwhile; undefined when none was ever known. */
      readonly staleForMs: number | undefined;
    }
  /** Every followed service is known up to `revision`. */
  | { readonly type: 'synced'; readonly registryUrl: string; readonly revision: number }
  /**
   * The registry refused to add services to the stream; the others go on, and it is asked again in `retryInMs`.
   */
  | {
      readonly type: 'addition_failed';
      readonly registryUrl: string;
      readonly services: number;
      readonly failure: RegistryFailure;
      readonly retryInMs: number;
    }
  /** The catalog in `cacheFile` is served until a registry answers. `savedAt`: epoch milliseconds. */
  | {
      readonly type: 'restored';
      readonly file: string;
      readonly services: number;
      readonly savedAt: number;
    }
  /** `cacheFile` could not be read or written; reported once for as long as it is so. Nothing else depends on it. */
  | {
      readonly type: 'cache_failed';
      readonly during: 'read' | 'write';
      readonly file: string;
      readonly failure: RegistryFailure;
    }
  /** Part of a message was malformed and was left out. */
  | { readonly type: 'malformed'; readonly registryUrl: string; readonly what: string };
