import { changesOf, decideEvent, togetherByService, type Outcome } from '../catalog/decisions/event-decision';
import type { Entry } from '../catalog/entry';
import type { MassExpiryGuard } from '../catalog/guard/mass-expiry-guard';
import type { InstanceEvent } from '../catalog/instance/instance-event';
import type { Moment } from '../catalog/moment';
import type { ApplyEventDeps } from './apply-event';

/** So many at a time: a mass expiry must not keep the heartbeats of the others waiting. */
const BATCH = 1000;

const LEASE_ENDED: InstanceEvent = { type: 'lease_ended' };

/**
 * Ends leases that were not renewed in time and evicts the instances that the state table and the mass-expiry guard let go,
 * each service in one change, or in as few as the store takes. What could not be committed is found again the next time.
 *
 * @returns the instances that have to be probed first
 * @throws when the store does
 */
export function endLapsedLeases(deps: ApplyEventDeps): Promise<readonly Entry[]> {
  const { replicas, clock, queue } = deps;
  const moment = clock.moment();
  return queue.runIdle(replicas.lapsed(moment.now, BATCH), (lapsed) => endLeases(deps, lapsed, moment));
}

async function endLeases(
  deps: ApplyEventDeps,
  lapsed: readonly Entry[],
  moment: Moment,
): Promise<readonly Entry[]> {
  const { store, guard, under } = deps;
  const verdicts = oncePerService(guard);
  const outcomes = lapsed.map(
    (entry): Outcome => ({ entry, transition: decideEvent(verdicts, entry, LEASE_ENDED, moment.now) }),
  );
  // All proposed in this turn: a heartbeat that came while one of them was under way would make the next one wrong.
  const settled = await Promise.all(
    togetherByService(outcomes, store.maxRecordsPerChange).map(async (together) => {
      const [change] = changesOf(together, { by: 'registry', moment });
      if (change === undefined) return together;
      const { kind } = await store.commit(change, under);
      return kind === 'committed' ? together : [];
    }),
  );
  for (const outcome of settled.flat()) note(deps, outcome, moment.now);
  return settled
    .flat()
    .flatMap(({ entry, transition }) => (transition.kind !== 'leaves' && transition.probe ? entry : []));
}

/** What only this process knows of it, or of its having gone. */
function note({ catalog, guard }: ApplyEventDeps, { entry, transition }: Outcome, now: number): void {
  if (transition.kind !== 'leaves') {
    if (catalog.isListed(entry))
      catalog.touch(entry, transition.contact, transition.renews ? now : undefined);
  } else if (transition.presumed) guard.departed(entry, now);
}

/** The guard counts a whole service, so it is asked once for all of it. */
function oncePerService(guard: MassExpiryGuard): Pick<MassExpiryGuard, 'reasonToKeep'> {
  const verdicts = new Map<string, string | undefined>();
  return {
    reasonToKeep(entry, now) {
      const { serviceName } = entry.record.registration;
      if (!verdicts.has(serviceName)) verdicts.set(serviceName, guard.reasonToKeep(entry, now));
      return verdicts.get(serviceName);
    },
  };
}
