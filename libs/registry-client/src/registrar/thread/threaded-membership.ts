import { backoffMs } from '../../registry/backoff';
import type { RegistryFailure } from '../../registry/registry-failure';
import { createMembership, type Membership } from '../membership';
import type { MembershipPlan } from '../membership-plan';
import type { RegistrarReport } from '../registrar-report';
import type { PreviousListing } from '../sent-registrations';
import { startMembershipThread, type MembershipThread } from './membership-thread';
import { startTicking } from './stall-watchdog-loop';

/** A thread that ran this long was a success; whatever ends it sooner is likely to do so again. */
const GOOD_THREAD_MS = 10_000;

/**
 * A membership in a worker thread. A thread that dies is started again and goes on under the same id. Where none can be
 * started (a bundle without its file), and to stop one that has died, the membership runs in the main thread.
 */
export function createThreadedMembership(
  plan: MembershipPlan,
  report: RegistrarReport,
  stallLimitMs: number,
): Omit<Membership, 'pause' | 'resume'> {
  const ticks = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let previous: PreviousListing = { mayBeListed: false, epoch: undefined };
  let thread: MembershipThread | undefined;
  let here: Membership | undefined;
  let halting = false;
  let failures = 0;
  let restart: NodeJS.Timeout | undefined;
  let stopTicking = (): void => undefined;

  const observed: RegistrarReport = {
    state: (state) => report.state(state),
    event(event) {
      if (event.type === 'registered') previous = { mayBeListed: true, epoch: event.epoch };
      report.event(event);
    },
  };

  function startThread(): void {
    const startedAt = performance.now();
    const started = startMembershipThread({ plan, previous, ticks, stallLimitMs }, observed, (failure) => {
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
    // From now on a registration may have been sent, whether or not its answer is ever seen.
    previous = { ...previous, mayBeListed: true };
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
    here ??= createMembership(plan, observed, previous);
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
    async deregister() {
      const reply = await thread?.ask({ kind: 'deregister' });
      const deregistration =
        reply?.kind === 'deregister' ? reply.deregistration : await inThisThread().deregister();
      stopTicking();
      await thread?.end();
      return deregistration;
    },
  };
}
