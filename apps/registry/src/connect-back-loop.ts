import { setMaxListeners } from 'node:events';
import type { Instance } from '@rollcall/contracts';
import type { Logger } from '@rollcall/service-kit';
import type { Catalog } from './catalog/catalog';
import type { Entry } from './catalog/entry';
import type { Clock } from './ports/clock';
import type { Prober } from './ports/prober';
import type { ProbeNotes } from './probing/probe-notes';
import { reachWarning } from './probing/reach-warning';

/** Connects once to each registered instance, so that an unreachable address is noticed before it gets traffic. */
export interface ConnectBackLoop {
  /** To be told of every incarnation that was registered here; of others the replica knows where they were. */
  registered(instance: NewInstance): void;
  /** Resolves once nothing of it runs any more. Idempotent. */
  stop(): Promise<void>;
}

export type NewInstance = Pick<Instance, 'service_name' | 'instance_id' | 'epoch'>;

export interface ConnectBackLoopOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly prober: Prober;
  readonly catalog: Pick<Catalog, 'entry' | 'isListed'>;
  readonly probeNotes: ProbeNotes;
}

/** Too low: services that register a moment before they listen are warned for nothing. Too high: a late warning. */
const AFTER_REGISTRATION_MS = 1000;
/** Unreachable instances are tried again until the warning can be removed. */
const AFTER_A_FAILURE_MS = 30_000;
/** Too few: a thousand that register at once are checked late. Too many: sockets that suspects' probes need. */
const MAX_AT_ONCE = 32;

export function createConnectBackLoop(options: ConnectBackLoopOptions): ConnectBackLoop {
  const { clock, logger, prober, catalog, probeNotes } = options;
  const waits = new Map<Entry, () => void>();
  const due = new Set<Entry>();
  const underWay = new Set<Promise<void>>();
  const halt = new AbortController();
  // Each probe listens to it, and lets go a moment after it is done; beyond ten Node would suspect a leak.
  setMaxListeners(MAX_AT_ONCE * 2, halt.signal);

  return {
    registered({ service_name: serviceName, instance_id: instanceId, epoch }) {
      const entry = catalog.entry(serviceName, instanceId);
      if (entry === undefined || entry.record.epoch !== epoch) return;
      // One without a lease is probed by the clock all its life.
      if (entry.record.registration.ttlSeconds > 0) plan(entry, AFTER_REGISTRATION_MS);
    },
    async stop() {
      halt.abort();
      for (const cancel of waits.values()) cancel();
      await Promise.all(underWay);
    },
  };

  function plan(entry: Entry, delayMs: number): void {
    if (halt.signal.aborted) return;
    const cancel = clock.after(delayMs, () => {
      waits.delete(entry);
      due.add(entry);
      beginWhoIsDue();
    });
    waits.set(entry, cancel);
  }

  function beginWhoIsDue(): void {
    for (const entry of due) {
      if (underWay.size >= MAX_AT_ONCE || halt.signal.aborted) return;
      due.delete(entry);
      if (!isListed(entry)) continue;
      const look = connectTo(entry).finally(() => {
        underWay.delete(look);
        beginWhoIsDue();
      });
      underWay.add(look);
    }
  }

  async function connectTo(entry: Entry): Promise<void> {
    const { instanceId, registration } = entry.record;
    const outcome = await prober.probe(entry.record, halt.signal);
    if (halt.signal.aborted || !isListed(entry)) return;
    probeNotes.note(entry, { outcome, at: clock.moment().epochMs });
    const warning = reachWarning(registration, outcome);
    if (warning === undefined) return;
    logger.warn(warning, {
      event: 'instance_not_reached',
      service_name: registration.serviceName,
      instance_id: instanceId,
      outcome,
    });
    plan(entry, AFTER_A_FAILURE_MS);
  }

  function isListed(entry: Entry): boolean {
    return catalog.isListed(entry);
  }
}
