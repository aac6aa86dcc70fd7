import { backoffMs, jittered } from '../registry/backoff';
import { pause } from '../registry/pause';
import type { Listing } from './enrolment';
import type { MembershipScope } from './membership-scope';
import { readSession } from './session-stream';
import { sessionVerdict, type SessionEnd } from './session-verdict';

/** The sessions of one listing, one after another: they show the registry that this process lives. */
export interface SessionLoop {
  /** Ends the session. Unless the instance is off the list by then, the registry suspects it. */
  stop(): Promise<void>;
}

/** A session that stood this long was a good one; before that, a registry that keeps ending them is failing. */
const GOOD_SESSION_MS = 2000;

/**
 * Holds a session open until it is stopped. It goes where heartbeats are answered, and decides nothing about the
 * listing: when there is doubt it has a heartbeat sent at once, whose answer settles it.
 */
export function startSessionLoop(scope: MembershipScope, listing: Listing): SessionLoop {
  const { plan, turn, streams, report, random, halted, beatAlarm, suspension } = scope;
  const { epoch } = listing;
  const stopping = new AbortController();
  /** Since the last session that stood. */
  let failures = 0;
  let refusalTold = false;
  const work = keepOpen();

  async function keepOpen(): Promise<void> {
    while (!stopping.signal.aborted) {
      await suspension.over(stopping.signal);
      if (stopping.signal.aborted) return;
      const retryInMs = await holdOne();
      if (retryInMs === undefined) return;
      await pause(retryInMs, { signal: stopping.signal });
    }
  }

  /** @returns milliseconds until the next one; undefined when there is to be none */
  async function holdOne(): Promise<number | undefined> {
    const registryUrl = turn.url;
    let openedAt: number | undefined;
    const end = await readSession({
      http: streams,
      registryUrl,
      instanceId: plan.registration.instance_id,
      epoch,
      openTimeoutMs: plan.requestTimeoutMs,
      signal: AbortSignal.any([stopping.signal, suspension.signal]),
      onOpened() {
        openedAt = performance.now();
        report.event({ type: 'session_opened', registryUrl, epoch });
      },
    });
    if (stopping.signal.aborted) return undefined;
    // Ended from here: it is opened again when the suspension is over.
    if (suspension.signal.aborted) return 0;
    if (openedAt !== undefined && performance.now() - openedAt >= GOOD_SESSION_MS) failures = 0;
    return next(end, registryUrl);
  }

  function next(end: SessionEnd, registryUrl: string): number | undefined {
    const { failure } = end;
    const retryInMs = backoffMs(failures, random);
    failures += 1;
    switch (sessionVerdict(end)) {
      case 'reopen':
        if (end.opened) report.event({ type: 'session_lost', registryUrl, failure, retryInMs });
        // The way back is not there either: a heartbeat finds the registry that is.
        else if (failures === 2) beatAlarm.ring();
        return retryInMs;
      case 'ask':
        beatAlarm.ring();
        // Nobody heeds an answer any more, and nothing is registered again.
        return halted.aborted ? undefined : retryInMs;
      case 'refused':
        tellRefusal(end, registryUrl);
        return jittered(plan.refusedRetryMs, random);
      case 'none':
        tellRefusal(end, registryUrl);
        return undefined;
    }
  }

  function tellRefusal({ failure }: SessionEnd, registryUrl: string): void {
    if (!refusalTold) report.event({ type: 'session_refused', registryUrl, failure });
    refusalTold = true;
  }

  return {
    async stop() {
      stopping.abort();
      await work;
    },
  };
}
