import type { RegisterRequest } from '@rollcall/contracts';
import { pause } from '../registry/pause';
import { tell } from '../registry/tell';
import { createMembership } from './membership';
import { membershipPlan } from './membership-plan';
import type { RegistrarEvent } from './registrar-event';
import type { RegistrarState } from './registrar-state';
import type { Withdrawal } from './withdrawal';

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

const DRAIN_LINGER_MS = 5000;

/** @throws when an option is unusable: no registry address, one that is not http(s), a `caFile` that cannot be read */
export function createRegistrar(options: RegistrarOptions): Registrar {
  const { drainLingerMs = DRAIN_LINGER_MS } = options;
  let state: RegistrarState = { phase: 'idle' };
  let departure: Promise<void> | undefined;
  const emit = (event: RegistrarEvent): void => tell(options.onEvent, event);
  const membership = createMembership(membershipPlan(options), {
    event: emit,
    state(next) {
      // A last word from the membership must not hide that this registrar is stopping.
      if (departure === undefined) state = next;
    },
  });

  async function depart(whenIdle: StopOptions['whenIdle']): Promise<void> {
    const withdrawal = await membership.withdraw();
    const lingerMs = withdrawal.kind === 'never-listed' ? 0 : drainLingerMs;
    reportWithdrawal(withdrawal, lingerMs);
    // Those who have not learned of it yet still send requests here, and each of them is answered.
    await pause(lingerMs, { ref: true });
    try {
      await whenIdle?.();
    } finally {
      state = { phase: 'stopped' };
      emit({ type: 'stopped' });
    }
  }

  function reportWithdrawal(withdrawal: Withdrawal, lingerMs: number): void {
    if (withdrawal.kind === 'withdrawn')
      emit({ type: 'deregistered', registryUrl: withdrawal.registryUrl, lingerMs });
    if (withdrawal.kind === 'unheard')
      emit({ type: 'deregistration_failed', failure: withdrawal.failure, lingerMs });
  }

  return {
    start() {
      if (state.phase === 'idle') {
        state = { phase: 'registering' };
        membership.begin();
      }
      return Promise.resolve();
    },
    stop({ whenIdle } = {}) {
      if (departure === undefined) {
        state = { phase: 'stopping' };
        departure = depart(whenIdle);
      }
      return departure;
    },
    identity() {
      return state.phase === 'registered' ? { instance_id: state.instanceId, epoch: state.epoch } : undefined;
    },
    state: () => state,
  };
}
