import { changesOf, decideEvent, togetherByService, type Outcome } from '../catalog/decisions/event-decision';
import type { Entry } from '../catalog/entry';
import type { MassExpiryGuard } from '../catalog/guard/mass-expiry-guard';
import type { InstanceEvent } from '../catalog/instance/instance-event';
import type { Moment } from '../catalog/moment';
import type { ApplyEventDeps } from './apply-event';
import { inParts } from './in-parts';

/** So many at a time: a mass expiry must not keep the heartbeats of the others waiting. */
const BATCH = 1000;

const LEASE_ENDED: InstanceEvent = { type: 'lease_ended' };

/** What came of the leases that have ended. */
export interface LeaseEnds {
  /** The instances that have to be probed first. */
  readonly toProbe: readonly Entry[];
  /** Why leases could not be ended, by service. They are found again the next time. */
  readonly failures: ReadonlyMap<string, unknown>;
}

/**
 * Ends leases that were not renewed in time and evicts the instances that the state table and the mass-expiry guard let go,
 * each service in one change, or in as few as the store takes. What is refused to one service keeps no other.
 *
 * @param refusedBefore the failures of the time before: those services come last, or one that is always refused would fill
 *   the batch each time
 */
export function endLapsedLeases(
  deps: ApplyEventDeps,
  refusedBefore: LeaseEnds['failures'] = new Map(),
): Promise<LeaseEnds> {
  const moment = deps.clock.moment();
  return deps.queue.runIdle(batch(deps, refusedBefore, moment.now), (lapsed) =>
    endLeases(deps, lapsed, moment),
  );
}

function batch(
  { replicas }: ApplyEventDeps,
  refusedBefore: LeaseEnds['failures'],
  now: number,
): readonly Entry[] {
  if (refusedBefore.size === 0) return replicas.lapsed(now, BATCH);
  const all = replicas.lapsed(now, Infinity);
  const isRefused = ({ record }: Entry): boolean => refusedBefore.has(record.registration.serviceName);
  return [...all.filter((entry) => !isRefused(entry)), ...all.filter(isRefused)].slice(0, BATCH);
}

async function endLeases(deps: ApplyEventDeps, lapsed: readonly Entry[], moment: Moment): Promise<LeaseEnds> {
  const verdicts = oncePerService(deps.guard);
  const failures = new Map<string, unknown>();
  // All proposed in this turn: a heartbeat that came while one of them was under way would make the next one wrong.
  const toProbe = await Promise.all(
    togetherByService(lapsed, deps.store.maxRecordsPerChange).map(async (together) => {
      const ends = await inParts(together, together.length, (part) =>
        endTogether(deps, verdicts, part, moment),
      );
      for (const error of ends.failures) failures.set(together[0].record.registration.serviceName, error);
      return ends.results.flat();
    }),
  );
  return { toProbe: toProbe.flat(), failures };
}

/** @returns those that have to be probed first */
async function endTogether(
  deps: ApplyEventDeps,
  verdicts: Verdicts,
  entries: readonly Entry[],
  moment: Moment,
): Promise<readonly Entry[]> {
  const { catalog, store, under } = deps;
  const outcomes = entries
    // What was refused at first is decided in a later turn: a heartbeat may have come.
    .filter((entry) => (catalog.leaseEndsAt(entry) ?? Infinity) <= moment.now)
    .map((entry): Outcome => ({ entry, transition: decideEvent(verdicts, entry, LEASE_ENDED, moment.now) }));
  const [change] = changesOf(outcomes, { by: 'registry', moment });
  if (change !== undefined && (await store.commit(change, under)).kind !== 'committed') return [];
  for (const outcome of outcomes) note(deps, outcome, moment.now);
  return outcomes.flatMap(({ entry, transition }) =>
    transition.kind !== 'leaves' && transition.probe ? entry : [],
  );
}

/** What only this process knows of it, or of its having gone. */
function note({ catalog, guard }: ApplyEventDeps, { entry, transition }: Outcome, now: number): void {
  if (transition.kind !== 'leaves') {
    if (catalog.isListed(entry))
      catalog.touch(entry, transition.contact, transition.renews ? now : undefined);
  } else if (transition.presumed) guard.departed(entry, now);
}

type Verdicts = Pick<MassExpiryGuard, 'reasonToKeep'>;

/** The guard counts a whole service, so it is asked once for all of it. */
function oncePerService(guard: MassExpiryGuard): Verdicts {
  const verdicts = new Map<string, string | undefined>();
  return {
    reasonToKeep(entry, now) {
      const { serviceName } = entry.record.registration;
      if (!verdicts.has(serviceName)) verdicts.set(serviceName, guard.reasonToKeep(entry, now));
      return verdicts.get(serviceName);
    },
  };
}
