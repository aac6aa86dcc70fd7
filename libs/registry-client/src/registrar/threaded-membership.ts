import { backoffMs } from '../registry/backoff';
import type { RegistryFailure } from '../registry/registry-failure';
import { startTicking } from './host-pulse-loop';
import { createMembership, type Membership } from './membership';
import type { FormerListing } from './registrations';
import type { MembershipPlan } from './membership-plan';
import type { MembershipReport } from './membership-scope';
import { startMembershipThread, type MembershipThread } from './membership-thread';

/** A thread that lived this long was a good one; before that, whatever ends it is likely to do so again. */
const GOOD_THREAD_MS = 10_000;

/**
 * A membership in a thread of its own. A thread that dies is started again and goes on under the same id; where none
 * can be had at all (a bundle without its file), and for the departure of one that has died, this thread does its work.
 */
export function createThreadedMembership(
  plan: MembershipPlan,
  report: MembershipReport,
  stallLimitMs: number,
): Omit<Membership, 'suspend' | 'resume'> {
  const ticks = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let formerly: FormerListing = { mayBeListed: false, epoch: undefined };
  let thread: MembershipThread | undefined;
  let here: Membership | undefined;
  let halting = false;
  let failures = 0;
  let restart: NodeJS.Timeout | undefined;
  let stopTicking = (): void => undefined;

  const observed: MembershipReport = {
    state: (state) => report.state(state),
    event(event) {
      if (event.type === 'registered') formerly = { mayBeListed: true, epoch: event.epoch };
      report.event(event);
    },
  };

  function startThread(): void {
    const startedAt = performance.now();
    const started = startMembershipThread({ plan, formerly, ticks, stallLimitMs }, observed, (failure) => {
      if (performance.now() - startedAt >= GOOD_THREAD_MS) failures = 0;
      const wasReady = thread?.wasReady ?? false;
      thread = undefined;
      if (halting) return;
      if (wasReady) startAnother(failure);
      else goOnHere(failure);
    });
    if ('failure' in started) return goOnHere(started.failure);
    thread = started;
    thread.begin();
    // From now on a registration may be under way, whether or not its answer is ever seen.
    formerly = { ...formerly, mayBeListed: true };
  }

  function goOnHere(failure: RegistryFailure): void {
    report.event({ type: 'thread_failed', failure, restartInMs: undefined });
    inThisThread().begin();
  }

  function startAnother(failure: RegistryFailure): void {
    const restartInMs = backoffMs(failures, Math.random);
    failures += 1;
    report.event({ type: 'thread_failed', failure, restartInMs });
    restart = setTimeout(startThread, restartInMs).unref();
  }

  function inThisThread(): Membership {
    here ??= createMembership(plan, observed, formerly);
    return here;
  }

  return {
    begin() {
      stopTicking = startTicking(ticks, stallLimitMs);
      startThread();
    },
    async halt() {
      halting = true;
      clearTimeout(restart);
      const reply = await thread?.ask({ kind: 'halt' });
      if (reply === undefined) await inThisThread().halt();
    },
    async drain(waitMs) {
      const reply = await thread?.ask({ kind: 'drain', waitMs });
      return reply?.kind === 'drain' ? reply.drain : inThisThread().drain(waitMs);
    },
    async withdraw() {
      const reply = await thread?.ask({ kind: 'withdraw' });
      const withdrawal = reply?.kind === 'withdraw' ? reply.withdrawal : await inThisThread().withdraw();
      stopTicking();
      await thread?.end();
      return withdrawal;
    },
  };
}
