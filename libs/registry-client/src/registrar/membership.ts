import { createRegistryHttp, followAccess } from '../registry/registry-access';
import { createRegistryCalls } from '../registry/registry-calls';
import { createRegistryFailover } from '../registry/registry-failover';
import { deregister, type Deregistration } from './deregistration';
import { drain, type Drain } from './drain';
import { sendHeartbeats } from './heartbeat';
import { createHeartbeatTimer } from './heartbeat-timer';
import type { MembershipPlan } from './membership-plan';
import type { MembershipScope } from './membership-scope';
import { createPauseSwitch } from './pause-switch';
import type { RegistrarReport } from './registrar-report';
import { register } from './registration';
import { createSentRegistrations, type PreviousListing } from './sent-registrations';
import { startSession, type Session } from './session';

/**
 * The membership of one instance: registered from `begin` to `deregister`. It does not touch the host process: the plan
 * that goes in, and the states and events that come out, are plain data, so that it can run in either thread.
 */
export interface Membership {
  begin(): void;
  /**
   * Ends heartbeats and attempts to register, and waits for the answers to registrations that were sent, late ones too,
   * so that what follows knows of each. Nothing is registered after it.
   */
  halt(): Promise<void>;
  /**
   * After `halt`: asks every subscriber to send this instance no more requests, and waits for them at most `waitMs`.
   * `undefined` when it is not registered. Never rejects.
   */
  drain(waitMs: number): Promise<Drain | undefined>;
  /** The process is stalled: heartbeats and session end, so that the registry notices. */
  pause(): void;
  /** The process makes progress again. */
  resume(): void;
  /** After `halt`: deregisters the instance, then ends its session. Never rejects. */
  deregister(): Promise<Deregistration>;
}

/** @param previous deregistered in the end too, even if the instance is never registered again */
export function createMembership(
  plan: MembershipPlan,
  report: RegistrarReport,
  previous: PreviousListing = { mayBeListed: false, epoch: undefined },
): Membership {
  const random = Math.random;
  const halt = new AbortController();
  const access = followAccess(plan.access, (event) => report.event(event));
  const calls = createRegistryCalls(access, plan.requestTimeoutMs);
  const sentRegistrations = createSentRegistrations(plan, calls, previous);
  const scope: MembershipScope = {
    plan,
    report,
    random,
    calls,
    sentRegistrations,
    streams: createRegistryHttp(access, { keepAlive: false }),
    failover: createRegistryFailover(plan.registryUrls, random),
    halted: halt.signal,
    heartbeatTimer: createHeartbeatTimer(halt.signal),
    pauseSwitch: createPauseSwitch(),
  };
  let session: Session | undefined;
  let work: Promise<void> = Promise.resolve();

  async function keepRegistered(): Promise<void> {
    while (!halt.signal.aborted) {
      const listing = await register(scope);
      if (listing.kind === 'stopped-before') return;
      if (!halt.signal.aborted) session = startSession(scope, listing);
      await sendHeartbeats(scope, listing, (registryUrl) => session?.belongsTo(registryUrl));
      // When the registrar stops it stays open: its end before the deregistration would look like a crash.
      if (!halt.signal.aborted) await session?.stop();
    }
  }

  return {
    begin() {
      work = keepRegistered();
    },
    async halt() {
      halt.abort();
      await work;
      await sentRegistrations.settled();
    },
    async drain(waitMs) {
      const { latestEpoch } = sentRegistrations;
      return latestEpoch === undefined ? undefined : drain(scope, latestEpoch, waitMs);
    },
    pause: () => scope.pauseSwitch.pause(),
    resume: () => scope.pauseSwitch.resume(),
    async deregister() {
      const deregistration = await deregister(scope);
      await session?.stop();
      scope.calls.close();
      scope.streams.close();
      return deregistration;
    },
  };
}
