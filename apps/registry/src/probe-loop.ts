import { setMaxListeners } from 'node:events';
import type { CommittedChange } from './catalog/changes/change';
import type { Catalog } from './catalog/catalog';
import { incarnationOf, type Entry } from './catalog/entry';
import type { ProbeOutcome } from './catalog/instance/instance-event';
import type { Transition } from './catalog/instance/transition';
import type { FailureLog } from './failure-log';
import type { Clock } from './ports/clock';
import type { Prober } from './ports/prober';
import { createProbeAgenda, type Urgency } from './probing/probe-agenda';
import { probeIntervalMs } from './probing/probe-interval';

export interface ProbeLoop {
  start(): void;
  /** Resolves once nothing of it runs any more. Idempotent. */
  stop(): Promise<void>;
  /** Probes an instance as soon as may be, and reports. */
  probe(entry: Entry): void;
  /** To be told of every change once the catalog has applied it. */
  follow(change: Pick<CommittedChange, 'put'>): void;
}

export interface ProbeLoopOptions {
  readonly clock: Clock;
  readonly logFailure: FailureLog;
  readonly prober: Prober;
  readonly catalog: Pick<Catalog, 'entry' | 'isListed' | 'services'>;
  /** Tells what was found; resolves with what became of the instance, if it is still there. */
  readonly report: (entry: Entry, outcome: ProbeOutcome) => Promise<Transition | undefined>;
}

/**
 * Probes at once. Too few: when a whole network goes, each of a thousand suspects waits for the time-outs of the ones
 * before. Too many: sockets, and an answer that is there in time is read too late.
 */
const MAX_AT_ONCE = 128;
/** Routine probes leave some of the limit to urgent ones. */
const MAX_ROUTINE_AT_ONCE = 64;
/** The second of two probes that count together: what was lost in one moment must not be lost in the other as well. */
const SECOND_PROBE_MS = 500;
/** When what was found could not be reported. */
const AFTER_A_FAILURE_MS = 1000;

/** Sends all probes: requested ones, and periodic ones of suspects and of instances without a lease. */
export function createProbeLoop(options: ProbeLoopOptions): ProbeLoop {
  const { clock, logFailure, prober, catalog, report } = options;
  const agenda = createProbeAgenda<Entry>();
  const underWay = new Map<Entry, { readonly urgency: Urgency; done: Promise<void>; again: boolean }>();
  const halt = new AbortController();
  // Each probe listens to it, and lets go a moment after it is done; beyond ten Node would suspect a leak.
  setMaxListeners(MAX_AT_ONCE * 2, halt.signal);
  let routineUnderWay = 0;
  let cancel: (() => void) | undefined;

  return {
    start() {
      for (const { records } of catalog.services()) follow({ put: records });
    },
    async stop() {
      halt.abort();
      cancel?.();
      await Promise.all(Array.from(underWay.values(), ({ done }) => done));
    },
    probe(entry) {
      const current = underWay.get(entry);
      // The result of the running probe may be from before the event that requested this one.
      if (current !== undefined) current.again = true;
      else plan(entry, 'urgent', 0);
      beginWhoIsDue();
    },
    follow,
  };

  function follow({ put }: Pick<CommittedChange, 'put'>): void {
    for (const { instanceId, registration } of put) {
      const entry = catalog.entry(registration.serviceName, instanceId);
      if (entry !== undefined && !underWay.has(entry)) planByTheClock(entry);
    }
    beginWhoIsDue();
  }

  function planByTheClock(entry: Entry): void {
    const incarnation = incarnationOf(entry);
    const intervalMs = probeIntervalMs(incarnation);
    if (intervalMs === undefined) agenda.forget(entry);
    else if (!agenda.has(entry)) plan(entry, incarnation.leased ? 'urgent' : 'routine', intervalMs);
  }

  function plan(entry: Entry, urgency: Urgency, delayMs: number): void {
    agenda.plan(entry, urgency, { now: clock.moment().now, delayMs });
  }

  function beginWhoIsDue(): void {
    if (halt.signal.aborted) return;
    cancel?.();
    const { now } = clock.moment();
    while (underWay.size < MAX_AT_ONCE) {
      const due = agenda.next(now, wanted());
      if (due === undefined) break;
      if (isListed(due.instance)) begin(due.instance, due.urgency);
    }
    const nextAt = agenda.nextAt(wanted());
    // At the limit of concurrent probes, the next one that ends continues.
    if (nextAt !== undefined && underWay.size < MAX_AT_ONCE)
      cancel = clock.after(Math.max(nextAt - now, 0), beginWhoIsDue);
  }

  function wanted(): 'any' | 'urgent' {
    return routineUnderWay < MAX_ROUTINE_AT_ONCE ? 'any' : 'urgent';
  }

  function begin(entry: Entry, urgency: Urgency): void {
    const current = { urgency, done: Promise.resolve(), again: false };
    underWay.set(entry, current);
    if (urgency === 'routine') routineUnderWay += 1;
    current.done = carryOut(entry).then((nextInMs) => {
      underWay.delete(entry);
      if (urgency === 'routine') routineUnderWay -= 1;
      if (!isListed(entry)) agenda.forget(entry);
      else if (current.again) plan(entry, 'urgent', 0);
      else if (nextInMs === undefined) planByTheClock(entry);
      else plan(entry, 'urgent', nextInMs);
      beginWhoIsDue();
    });
  }

  /** Answers when to probe again, or nothing for whenever it is due by the clock. */
  async function carryOut(entry: Entry): Promise<number | undefined> {
    const startedAt = clock.moment().now;
    try {
      const outcome = await prober.probe(entry.record, halt.signal);
      if (halt.signal.aborted) return undefined;
      const result = await report(entry, outcome);
      if (result === undefined || result.kind === 'leaves' || !result.probe) return undefined;
      return clock.moment().now - startedAt < SECOND_PROBE_MS ? SECOND_PROBE_MS : 0;
    } catch (error) {
      logFailure('the result of a probe could not be recorded; probing again', {
        event: 'probe_failed',
        instance_id: entry.record.instanceId,
        error,
      });
      return AFTER_A_FAILURE_MS;
    }
  }

  function isListed(entry: Entry): boolean {
    return catalog.isListed(entry);
  }
}
