import { createLoadReportLoop, type LoadReportLoop } from '../load/load-report-loop';
import type { LoadSource } from '../load/taken-load';
import { followAccess } from '../registry/registry-access';
import { createRegistryCalls } from '../registry/registry-calls';
import { tell } from '../registry/tell';
import { pause, untilAborted } from '../registry/wait';
import type { Deregistration } from './deregistration';
import type { Drain } from './drain';
import { createMembership } from './membership';
import { membershipPlan, type MembershipOptions, type MembershipPlan } from './membership-plan';
import type { RegistrarEvent, RegistrarReport, RegistrarState } from './registrar-report';
import { createThreadedMembership } from './thread/threaded-membership';

export interface RegistrarOptions extends MembershipOptions {
  /**
   * How long the callers of this instance have to acknowledge its drain, milliseconds, default 5000; it takes
   * milliseconds when all of them are healthy. Too low: a slow one is missed. Too high: a dead one delays the shutdown.
   */
  readonly drainTimeoutMs?: number;
  /**
   * How long this process goes on serving when not all callers have acknowledged, milliseconds, default 5000.
   * Too low: the others meet a closed port. Too high: a shutdown takes longer than it must.
   */
  readonly drainLingerMs?: number;
  /**
   * `false` has heartbeats and session share the main thread, as they do by themselves where no thread can be started (a
   * bundle, no permission); then a main thread that computes for longer than a lease counts as dead. Default true.
   */
  readonly thread?: boolean;
  /**
   * How long the main thread may be stalled before heartbeats and session pause, milliseconds, default 60000.
   * Too low: a long computation costs the registration. Too high: requests go on being sent to a process that
   * answers none. Without a worker thread the lease is that limit.
   */
  readonly stallLimitMs?: number;
  /**
   * What this process sends to other services, as counted by service clients: reported to every registry that wants it,
   * which `GET /traffic` shows. See `createLoadMeter`. Default: nothing is reported.
   */
  readonly load?: LoadSource;
  readonly onEvent?: (event: RegistrarEvent) => void;
}

export interface StopOptions {
  /** Resolves once the host has no request in flight; waited for after the drain. */
  readonly whenIdle?: () => Promise<void>;
  /**
   * Aborted once nothing serves at the address any more, because the program that did has ended: what is left of the
   * drain is not waited for, and the instance is deregistered at once.
   */
  readonly hostEnded?: AbortSignal;
}

/** A registrar keeps one instance registered from `start` to `stop`, through every outage of a registry. */
export interface Registrar {
  /**
   * Call once the server listens. Resolves at once and never rejects: a registry that is away is tried again,
   * with a jittered back-off of 3 s at most, and reported by events. Calling it again, or after `stop`, does nothing.
   */
  start(): Promise<void>;
  /**
   * Drains: every caller acknowledges that it sends this instance no more requests, else it lingers. Then waits for
   * `whenIdle` and deregisters. The host serves all the while. Never rejects (but passes on a rejection of
   * `whenIdle`); calling it again answers with the first call's promise. From its first moment nothing is registered
   * any more.
   */
  stop(options?: StopOptions): Promise<void>;
  /** The identity under which this process is registered; undefined while it is not. */
  identity(): { readonly instance_id: string; readonly epoch: number } | undefined;
  state(): RegistrarState;
}

const DRAIN_LINGER_MS = 5000;
const DRAIN_TIMEOUT_MS = 5000;
const STALL_LIMIT_MS = 60_000;

/** @throws when an option is unusable: no registry address, one that is not http(s), a file of TLS that cannot be used */
export function createRegistrar(options: RegistrarOptions): Registrar {
  const { drainLingerMs = DRAIN_LINGER_MS, drainTimeoutMs = DRAIN_TIMEOUT_MS } = options;
  let state: RegistrarState = { phase: 'idle' };
  /** Under what it was registered when it was told to stop: it is listed until it is deregistered. */
  let leaving: ReturnType<Registrar['identity']>;
  let stopping: Promise<void> | undefined;
  const emit = (event: RegistrarEvent): void => tell(options.onEvent, event);
  const plan = membershipPlan(options);
  const report: RegistrarReport = {
    event: emit,
    state(next) {
      // A late report of the membership must not hide that this registrar is stopping.
      if (stopping === undefined) state = next;
    },
  };
  const membership =
    options.thread === false
      ? createMembership(plan, report)
      : createThreadedMembership(plan, report, options.stallLimitMs ?? STALL_LIMIT_MS);

  const identity: Registrar['identity'] = () =>
    state.phase === 'registered' ? { instance_id: state.instanceId, epoch: state.epoch } : undefined;
  const reports = options.load && createReports(plan, options.load, () => leaving ?? identity());

  async function stop({ whenIdle, hostEnded = new AbortController().signal }: StopOptions): Promise<void> {
    await membership.halt();
    const drain = await drainUnless(hostEnded);
    // Where the drain failed, deregister first: subscribers are told of that too.
    const early = drain?.kind === 'drained' ? undefined : await membership.deregister();
    const noCallerLeft = early?.kind === 'never-listed' || (drain?.kind === 'drained' && drain.complete);
    const lingerMs = noCallerLeft || hostEnded.aborted ? 0 : drainLingerMs;
    if (drain !== undefined) reportDrain(drain, lingerMs);
    // Callers that do not know of it yet still send requests here, and each request is answered.
    await pause(lingerMs, { ref: true, signal: hostEnded });
    try {
      await whenIdle?.();
      // A registry takes no report of who is not listed any more.
      if (early === undefined) await reports?.finish();
    } finally {
      reportDeregistration(early ?? (await membership.deregister()));
      state = { phase: 'stopped' };
      reports?.stop();
      emit({ type: 'stopped' });
    }
  }

  async function drainUnless(ended: AbortSignal): Promise<Drain | undefined> {
    if (ended.aborted) return undefined;
    const drain = await Promise.race([membership.drain(drainTimeoutMs), untilAborted(ended)]);
    return drain ?? undefined;
  }

  function reportDrain(drain: Drain, lingerMs: number): void {
    if (drain.kind === 'failed') emit({ type: 'drain_failed', failure: drain.failure, lingerMs });
    else {
      const { registryUrl, complete, acked, missing } = drain;
      emit({ type: 'drained', registryUrl, complete, acked, missing, lingerMs });
    }
  }

  function reportDeregistration(deregistration: Deregistration): void {
    const { kind } = deregistration;
    if (kind === 'deregistered') emit({ type: 'deregistered', registryUrl: deregistration.registryUrl });
    if (kind === 'failed') emit({ type: 'deregistration_failed', failure: deregistration.failure });
  }

  return {
    start() {
      if (state.phase === 'idle') {
        state = { phase: 'registering' };
        membership.begin();
        reports?.start();
      }
      return Promise.resolve();
    },
    stop(options = {}) {
      if (stopping === undefined) {
        leaving = identity();
        state = { phase: 'stopping' };
        stopping = stop(options);
      }
      return stopping;
    },
    identity,
    state: () => state,
  };
}

/** In the main thread, where the load is counted. */
function createReports(
  { registryUrls, access, registration, requestTimeoutMs }: MembershipPlan,
  source: LoadSource,
  identity: Registrar['identity'],
): LoadReportLoop {
  return createLoadReportLoop({
    source,
    registryUrls,
    // What becomes of the files of TLS is told by the membership, which follows the same ones.
    calls: createRegistryCalls(
      followAccess(access, () => undefined),
      requestTimeoutMs,
    ),
    reporter() {
      const known = identity();
      return known && { service_name: registration.service_name, ...known };
    },
    random: Math.random,
  });
}
