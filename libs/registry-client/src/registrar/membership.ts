import { createRegistryHttp } from '../registry/registry-access';
import { createRegistryCalls } from '../registry/registry-calls';
import { createRegistryTurn } from '../registry/registry-turn';
import { createAlarm } from './alarm';
import { drainAt, type Drain } from './drain';
import { enrol } from './enrolment';
import { keepBeating } from './heartbeats';
import type { MembershipPlan } from './membership-plan';
import type { MembershipReport, MembershipScope } from './membership-scope';
import { startSessionLoop, type SessionLoop } from './session-loop';
import { createRegistrations, type FormerListing } from './registrations';
import { createSuspension } from './suspension';
import { withdrawFrom, type Withdrawal } from './withdrawal';

/**
 * Keeps an instance on the list. It knows nothing of the host process: the plan that goes in, and the states and
 * events that come out, are plain data, so that it can live on either side of a thread boundary.
 */
export interface Membership {
  begin(): void;
  /** Ends all efforts, and waits for the answers to registrations that were sent, the late ones too: none is carried out
   * behind the back of what follows. Nothing is registered after it. */
  halt(): Promise<void>;
  /**
   * After `halt`: has everybody asked to pick this instance no more, and waits for them at most `waitMs`.
   * `undefined` when it is not listed. Never rejects.
   */
  drain(waitMs: number): Promise<Drain | undefined>;
  /** The process comes to a stop: heartbeats and session end, so that the registry notices. */
  suspend(): void;
  /** It goes on again. */
  resume(): void;
  /** After `halt`: takes the instance off the list, then ends its session. Never rejects. */
  withdraw(): Promise<Withdrawal>;
}

/** @param formerly what to take off the list in the end, even if it is never entered again */
export function createMembership(
  plan: MembershipPlan,
  report: MembershipReport,
  formerly: FormerListing = { mayBeListed: false, epoch: undefined },
): Membership {
  const random = Math.random;
  const halt = new AbortController();
  const calls = createRegistryCalls(plan.access, plan.requestTimeoutMs);
  const registrations = createRegistrations(plan, calls, formerly);
  const scope: MembershipScope = {
    plan,
    report,
    random,
    calls,
    registrations,
    streams: createRegistryHttp(plan.access, { keepAlive: false }),
    turn: createRegistryTurn(plan.registryUrls, random),
    halted: halt.signal,
    beatAlarm: createAlarm(halt.signal),
    suspension: createSuspension(),
  };
  /** Of the latest listing that was told. */
  let { epoch } = formerly;
  let sessions: SessionLoop | undefined;
  let work: Promise<void> = Promise.resolve();

  async function keepListed(): Promise<void> {
    while (!halt.signal.aborted) {
      const enrolment = await enrol(scope);
      if (enrolment.kind === 'abandoned') return;
      epoch = enrolment.epoch;
      if (!halt.signal.aborted) sessions = startSessionLoop(scope, enrolment);
      await keepBeating(scope, enrolment);
      // At the end it goes on standing: until the instance is off the list its end would look like a crash.
      if (!halt.signal.aborted) await sessions?.stop();
    }
  }

  return {
    begin() {
      work = keepListed();
    },
    async halt() {
      halt.abort();
      await work;
      await registrations.settled();
    },
    async drain(waitMs) {
      const latest = registrations.lives.get(scope.turn.url) ?? epoch;
      return latest === undefined ? undefined : drainAt(scope, latest, waitMs);
    },
    suspend: () => scope.suspension.begin(),
    resume: () => scope.suspension.end(),
    async withdraw() {
      const withdrawal = await withdrawFrom(scope);
      await sessions?.stop();
      scope.calls.close();
      scope.streams.close();
      return withdrawal;
    },
  };
}
