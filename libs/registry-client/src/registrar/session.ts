import type { REGISTRY_ERROR } from '@rollcall/contracts';
import { backoffMs, jittered } from '../registry/backoff';
import { pause, untilAborted } from '../registry/wait';
import type { MembershipScope } from './membership-scope';
import type { Listing } from './registration';
import { readSession, type SessionEnd } from './session-stream';

/** The session of one registration, opened again whenever it breaks: it shows the registry that this process lives. */
export interface Session {
  /** A heartbeat was answered there: the session belongs there too, and moves if it is elsewhere. */
  belongsTo(registryUrl: string): void;
  /** Ends the session. An instance that is still registered then becomes `suspect`. */
  stop(): Promise<void>;
}

/** A session that lasted this long was a success; one that ended sooner counts as a failure of the registry. */
const GOOD_SESSION_MS = 2000;
/**
 * How long a session that was moved is still held at the registry that it was moved from: that one learns of the new one
 * from the other, and closes it then. Lower has it suspect the instance; higher costs a connection for longer.
 */
const HANDOVER_MS = 5000;

/**
 * Holds a session open until it is stopped, at the registry that answers heartbeats. It never decides whether the
 * instance is still registered: when in doubt it has a heartbeat sent at once, whose answer decides.
 */
export function startSession(scope: MembershipScope, listing: Listing): Session {
  const { plan, failover, streams, report, random, halted, heartbeatTimer, pauseSwitch } = scope;
  const { epoch } = listing;
  const stopping = new AbortController();
  let registryUrl = failover.url;
  /** Fires when it is to be held elsewhere. */
  let moving = new AbortController();
  let endMovedFrom = (): void => undefined;
  /** Since the last session that was a success. */
  let failures = 0;
  let refusalTold = false;
  const work = keepOpen();

  async function keepOpen(): Promise<void> {
    while (!stopping.signal.aborted) {
      await pauseSwitch.whenRunning(stopping.signal);
      if (stopping.signal.aborted) return;
      moving = new AbortController();
      const retryInMs = await holdOne(moving.signal);
      const either = AbortSignal.any([stopping.signal, moving.signal]);
      if (retryInMs === undefined) await untilAborted(either);
      else await pause(retryInMs, { signal: either });
      if (!moving.signal.aborted) registryUrl = failover.url;
    }
  }

  /** @returns milliseconds until the next one; undefined when there is to be none until it is moved */
  async function holdOne(moved: AbortSignal): Promise<number | undefined> {
    const at = registryUrl;
    const ending = new AbortController();
    let openedAt: number | undefined;
    const held = readSession({
      http: streams,
      registryUrl: at,
      instanceId: plan.registration.instance_id,
      epoch,
      openTimeoutMs: failover.answerLimitMs(plan.requestTimeoutMs),
      signal: AbortSignal.any([stopping.signal, pauseSwitch.signal, ending.signal]),
      onOpened() {
        openedAt = performance.now();
        endMovedFrom();
        report.event({ type: 'session_opened', registryUrl: at, epoch });
      },
    });
    const end = await Promise.race([held, untilAborted(moved)]);
    if (stopping.signal.aborted) return undefined;
    if (end === undefined) {
      failures = 0;
      refusalTold = false;
      return void handOver(ending, openedAt !== undefined);
    }
    // Ended by the pause: it is opened again when the pause is over.
    if (pauseSwitch.signal.aborted) return 0;
    if (openedAt !== undefined && performance.now() - openedAt >= GOOD_SESSION_MS) failures = 0;
    return next(end, at);
  }

  /** Held until a while after the next one is open, since a session that ends makes its instance suspect. */
  function handOver(ending: AbortController, isOpen: boolean): void {
    endMovedFrom();
    if (!isOpen) return ending.abort();
    endMovedFrom = () => {
      setTimeout(() => ending.abort(), HANDOVER_MS).unref();
      endMovedFrom = () => undefined;
    };
  }

  function next(end: SessionEnd, registryUrl: string): number | undefined {
    const { failure } = end;
    const retryInMs = Math.max(backoffMs(failures, random), failure.retryAfterMs ?? 0);
    failures += 1;
    switch (sessionVerdict(end)) {
      case 'reopen':
        if (end.opened) report.event({ type: 'session_lost', registryUrl, failure, retryInMs });
        // The registry cannot be reached: a heartbeat fails over to one that can.
        else if (failures === 2) heartbeatTimer.fire();
        return retryInMs;
      case 'ask':
        heartbeatTimer.fire();
        // While the registrar stops no heartbeat is sent, and nothing is registered again.
        return halted.aborted ? undefined : retryInMs;
      case 'refused':
        tellRefusal(end, registryUrl);
        return jittered(plan.refusedRetryMs, random);
      case 'none':
        tellRefusal(end, registryUrl);
        // No other process has an id that was made here: the newer session was one of ours, at a registry since left.
        return end.closed === 'superseded' && plan.ownsId && failover.urls.length > 1
          ? jittered(plan.refusedRetryMs, random)
          : undefined;
    }
  }

  function tellRefusal({ failure }: SessionEnd, registryUrl: string): void {
    if (!refusalTold) report.event({ type: 'session_refused', registryUrl, failure });
    refusalTold = true;
  }

  return {
    belongsTo(url) {
      if (url === registryUrl) return;
      registryUrl = url;
      moving.abort();
    },
    async stop() {
      stopping.abort();
      await work;
    },
  };
}

/** What to do after a session. */
export type SessionVerdict =
  /** Open another, after a moment. */
  | 'reopen'
  /** The registry may not list this incarnation any more: a heartbeat has to find out. */
  | 'ask'
  /** Understood and refused: open another, but not soon. */
  | 'refused'
  /** A newer session is open, or the registry has no sessions: heartbeats alone. */
  | 'none';

const INSTANCE_NOT_FOUND: (typeof REGISTRY_ERROR)['instanceNotFound'] = 'INSTANCE_NOT_FOUND';

export function sessionVerdict({ opened, failure, closed }: SessionEnd): SessionVerdict {
  switch (closed) {
    case 'superseded':
      return 'none';
    case 'over':
      return 'ask';
    case 'registry_closing':
      return 'reopen';
    case 'unauthorized':
      return 'refused';
    case undefined:
      break;
  }
  const { status, code } = failure;
  if (opened || status === undefined) return 'reopen';
  if (status === 409) return 'ask';
  if (status === 404) return code === INSTANCE_NOT_FOUND ? 'ask' : 'none';
  return status >= 400 && status < 500 && status !== 429 ? 'refused' : 'reopen';
}
