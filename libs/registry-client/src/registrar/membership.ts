import { createRegistryCalls } from '../registry/registry-calls';
import { createRegistryTurn } from '../registry/registry-turn';
import { drainAt, type Drain } from './drain';
import { enrol } from './enrolment';
import { keepBeating } from './heartbeats';
import type { MembershipPlan } from './membership-plan';
import type { MembershipReport, MembershipScope } from './membership-scope';
import { withdrawFrom, type Withdrawal } from './withdrawal';

/**
 * Keeps an instance on the list. It knows nothing of the host process: the plan that goes in, and the states and
 * events that come out, are plain data, so that it can live on either side of a thread boundary.
 */
export interface Membership {
  begin(): void;
  /** Ends all efforts and sees a registration that is under way through to its answer. Nothing is registered after it. */
  halt(): Promise<void>;
  /**
   * After `halt`: has everybody asked to pick this instance no more, and waits for them at most `waitMs`.
   * `undefined` when it is not listed. Never rejects.
   */
  drain(waitMs: number): Promise<Drain | undefined>;
  /** After `halt`: takes the instance off the list. Never rejects. */
  withdraw(): Promise<Withdrawal>;
}

export function createMembership(plan: MembershipPlan, report: MembershipReport): Membership {
  const random = Math.random;
  const halt = new AbortController();
  const scope: MembershipScope = {
    plan,
    report,
    random,
    calls: createRegistryCalls(plan.access, plan.requestTimeoutMs),
    turn: createRegistryTurn(plan.registryUrls, random),
    halted: halt.signal,
  };
  let mayBeListed = false;
  let epoch: number | undefined;
  let work: Promise<void> = Promise.resolve();

  async function keepListed(): Promise<void> {
    while (!halt.signal.aborted) {
      const enrolment = await enrol(scope);
      if (enrolment.kind === 'abandoned') {
        if (enrolment.mayBeListed) {
          mayBeListed = true;
          // Whatever was entered last, it is not the listing of the epoch that is known.
          epoch = undefined;
        }
        return;
      }
      mayBeListed = true;
      epoch = enrolment.epoch;
      await keepBeating(scope, enrolment);
    }
  }

  return {
    begin() {
      work = keepListed();
    },
    async halt() {
      halt.abort();
      await work;
    },
    async drain(waitMs) {
      return mayBeListed && epoch !== undefined ? drainAt(scope, epoch, waitMs) : undefined;
    },
    async withdraw() {
      const withdrawal = await withdrawFrom(scope, mayBeListed, epoch);
      scope.calls.close();
      return withdrawal;
    },
  };
}
