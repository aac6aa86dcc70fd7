import type { AuthorityEvent } from '../registry/authority';
import type { RegistryFailure } from '../registry/registry-failure';

/** Where a membership reports what happens. Plain data only: it may cross a thread boundary. */
export interface RegistrarReport {
  event(event: RegistrarEvent): void;
  state(state: RegistrarState): void;
}

/**
 * What a registrar has to tell. Plain data (it crosses a thread boundary); the host logs what it wants to.
 * Durations are milliseconds.
 */
export type RegistrarEvent =
  | AuthorityEvent
  /** Listed, for the first time or again. `url` is the address that was advertised. */
  | {
      readonly type: 'registered';
      readonly registryUrl: string;
      readonly instanceId: string;
      readonly epoch: number;
      readonly url: string;
    }
  /** No usable answer (connection, time-out, 5xx); the next registry, or the same one, is tried in `retryInMs`. */
  | {
      readonly type: 'registry_unavailable';
      readonly registryUrl: string;
      readonly during: 'register' | 'heartbeat' | 'deregister';
      readonly failure: RegistryFailure;
      readonly retryInMs: number;
    }
  /** The registry understood and said no: a fault in the registration, a token, a full catalog. */
  | {
      readonly type: 'registration_refused';
      readonly registryUrl: string;
      readonly failure: RegistryFailure;
      readonly retryInMs: number;
    }
  /** Another living process is listed at the advertised address; `failure.message` says which one. Asked again in `retryInMs`. */
  | {
      readonly type: 'address_taken';
      readonly registryUrl: string;
      readonly url: string;
      readonly failure: RegistryFailure;
      readonly retryInMs: number;
    }
  /** A heartbeat was turned down for another reason than an unknown or a newer registration. */
  | {
      readonly type: 'heartbeat_refused';
      readonly registryUrl: string;
      readonly failure: RegistryFailure;
      readonly retryInMs: number;
    }
  /** A session stands: should this process die, the registry knows at once. */
  | { readonly type: 'session_opened'; readonly registryUrl: string; readonly epoch: number }
  /** A session that stood has ended, and another is opened in `retryInMs`. */
  | {
      readonly type: 'session_lost';
      readonly registryUrl: string;
      readonly failure: RegistryFailure;
      readonly retryInMs: number;
    }
  /** The registry wants no session of this instance, or knows none; its heartbeats alone keep it listed. */
  | { readonly type: 'session_refused'; readonly registryUrl: string; readonly failure: RegistryFailure }
  /** The registry no longer knows this instance (evicted, or it restarted empty); registering again. */
  | { readonly type: 'registration_lost'; readonly registryUrl: string; readonly epoch: number }
  /** Another process lives under this `instance_id`; this one keeps quiet until that one has gone. */
  | { readonly type: 'superseded'; readonly registryUrl: string; readonly epoch: number }
  /** What the registry wants mended, e.g. that it could not connect back. Told when it changes. */
  | { readonly type: 'warned'; readonly registryUrl: string; readonly warnings: readonly string[] }
  /**
   * The main thread was at a standstill for longer than `limitMs`; heartbeats and session ended so that nobody sends
   * requests here, and begin again now. Told when it goes on.
   */
  | { readonly type: 'stalled'; readonly limitMs: number }
  /** The thread of heartbeats and session died; started again in `restartInMs`, or else going on in the main one. */
  | {
      readonly type: 'thread_failed';
      readonly failure: RegistryFailure;
      readonly restartInMs: number | undefined;
    }
  /**
   * Everybody was asked to pick this instance no more. `complete`: all have said that they do not, so it need not
   * linger; else it goes on serving for `lingerMs`.
   */
  | {
      readonly type: 'drained';
      readonly registryUrl: string;
      readonly complete: boolean;
      readonly acked: number;
      readonly missing: number;
      readonly lingerMs: number;
    }
  /** Nobody could be asked; still serving for `lingerMs`, until callers have learned of it by themselves. */
  | { readonly type: 'drain_failed'; readonly failure: RegistryFailure; readonly lingerMs: number }
  /** Off the list. */
  | { readonly type: 'deregistered'; readonly registryUrl: string }
  /** No registry could be told; the lease will end by itself. */
  | { readonly type: 'deregistration_failed'; readonly failure: RegistryFailure }
  | { readonly type: 'stopped' };

/** Where a registrar stands. Its data exist only where they mean something. */
export type RegistrarState =
  | { readonly phase: 'idle' }
  /** Not listed yet, or not any more; `failure` is the last attempt's, if there was one. */
  | { readonly phase: 'registering'; readonly failure?: RegistryFailure }
  | {
      readonly phase: 'registered';
      readonly registryUrl: string;
      readonly instanceId: string;
      readonly epoch: number;
      /** The advertised address. */
      readonly url: string;
      /** Consecutive heartbeats without an answer. */
      readonly missedHeartbeats: number;
      readonly warnings: readonly string[];
    }
  | { readonly phase: 'refused'; readonly failure: RegistryFailure }
  | { readonly phase: 'superseded'; readonly instanceId: string; readonly epoch: number }
  | { readonly phase: 'stopping' }
  | { readonly phase: 'stopped' };
