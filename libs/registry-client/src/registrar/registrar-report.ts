import type { TlsFileEvent } from '../registry/tls-files';
import type { RegistryFailure } from '../registry/registry-failure';

/** Where a membership reports what happens. Plain data only: it may cross a thread boundary. */
export interface RegistrarReport {
  event(event: RegistrarEvent): void;
  state(state: RegistrarState): void;
}

/**
 * The events of a registrar. Plain data (they cross a thread boundary); the host logs what it wants to.
 * Durations are milliseconds.
 */
export type RegistrarEvent =
  | TlsFileEvent
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
  /** The registry refused the registration: a fault in it, a missing scope, a full catalog. */
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
  /** A heartbeat was refused for another reason than an unknown instance or a newer incarnation. */
  | {
      readonly type: 'heartbeat_refused';
      readonly registryUrl: string;
      readonly failure: RegistryFailure;
      readonly retryInMs: number;
    }
  /** The session is open: should this process die, the registry knows at once. */
  | { readonly type: 'session_opened'; readonly registryUrl: string; readonly epoch: number }
  /** An open session has ended, and another is opened in `retryInMs`. */
  | {
      readonly type: 'session_lost';
      readonly registryUrl: string;
      readonly failure: RegistryFailure;
      readonly retryInMs: number;
    }
  /** The registry refused the session, or has no sessions; heartbeats alone keep the instance listed. */
  | { readonly type: 'session_refused'; readonly registryUrl: string; readonly failure: RegistryFailure }
  /** The registry no longer knows this instance (evicted, or it restarted empty); registering again. */
  | { readonly type: 'registration_lost'; readonly registryUrl: string; readonly epoch: number }
  /** Another process is registered under this `instance_id`; this one waits until that one has gone. */
  | { readonly type: 'superseded'; readonly registryUrl: string; readonly epoch: number }
  /** Faults that the registry reports, e.g. that it could not connect back. Reported when they change. */
  | { readonly type: 'warned'; readonly registryUrl: string; readonly warnings: readonly string[] }
  /**
   * The main thread was stalled for longer than `limitMs`; heartbeats and session were paused, so that no requests were
   * sent here, and resume now. Reported when the main thread goes on.
   */
  | { readonly type: 'stalled'; readonly limitMs: number }
  /** The worker thread died; it is started again in `restartInMs`, or else the main thread does its work. */
  | {
      readonly type: 'thread_failed';
      readonly failure: RegistryFailure;
      readonly restartInMs: number | undefined;
    }
  /**
   * Every subscriber was asked to send this instance no more requests. `complete`: all have acknowledged, so that it
   * need not linger; else it goes on serving for `lingerMs`.
   */
  | {
      readonly type: 'drained';
      readonly registryUrl: string;
      readonly complete: boolean;
      readonly acked: number;
      readonly missing: number;
      readonly lingerMs: number;
    }
  /** No registry could be asked to drain; still serving for `lingerMs`, until callers have learned of it by themselves. */
  | { readonly type: 'drain_failed'; readonly failure: RegistryFailure; readonly lingerMs: number }
  /** The instance is no longer listed. */
  | { readonly type: 'deregistered'; readonly registryUrl: string }
  /** No registry has confirmed it; the lease ends by itself. */
  | { readonly type: 'deregistration_failed'; readonly failure: RegistryFailure }
  | { readonly type: 'stopped' };

/** The state of a registrar. Its data exist only where they mean something. */
export type RegistrarState =
  | { readonly phase: 'idle' }
  /** Not registered yet, or not any more; `failure` is the last attempt's, if there was one. */
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
