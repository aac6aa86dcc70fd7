import type { RegisterRequest } from '@rollcall/contracts';
import type { RegistrarEvent } from './registrar-event';
import type { RegistrarState } from './registrar-state';

export interface RegistrarOptions {
  /** Base addresses of the registries, tried in turn, e.g. `['http://127.0.0.1:8080']`. At least one. */
  readonly registryUrls: readonly string[];
  /** Bearer token with the scope `write:<service_name>`. */
  readonly token?: string;
  /** PEM file of the authority that signed the registry's certificate; read when the registrar is created. */
  readonly caFile?: string;
  /** What is announced. `instance_id` is a fresh UUID unless given; give one only if it is unique to this process. */
  readonly registration: Omit<RegisterRequest, 'url' | 'status'>;
  /**
   * This process's own address, or the port it listens on; with a port the host is the local address of the
   * socket that reached the registry, which is right in containers without any setting.
   */
  readonly advertise: { readonly url: string } | { readonly port: number };
  /**
   * How long this process goes on serving after it has left the list, milliseconds, default 5000. Too low: callers
   * that have not yet learned of it meet a closed port. Too high: a shutdown takes longer than it must.
   */
  readonly drainLingerMs?: number;
  /** Limit of one call to a registry, milliseconds, default 2000. */
  readonly requestTimeoutMs?: number;
  readonly onEvent?: (event: RegistrarEvent) => void;
}

export interface StopOptions {
  /** Resolves once the host has nothing in flight any more; waited for after the linger. */
  readonly whenIdle?: () => Promise<void>;
}

/** Keeps one instance registered from `start` to `stop`, whatever becomes of the registry. */
export interface Registrar {
  /**
   * Call once the server listens. Resolves at once and never rejects: a registry that is away is tried again,
   * with a jittered back-off of 3 s at most, and reported by events. Calling it again, or after `stop`, does nothing.
   */
  start(): Promise<void>;
  /**
   * Takes the instance off the list, lingers while the host still serves, waits for `whenIdle`. Never rejects
   * (but passes on a rejection of `whenIdle`); calling it again answers with the first call's promise. From its
   * first moment nothing is registered any more.
   */
  stop(options?: StopOptions): Promise<void>;
  /** What this process is listed as; undefined while it is not listed. */
  identity(): { readonly instance_id: string; readonly epoch: number } | undefined;
  state(): RegistrarState;
}
