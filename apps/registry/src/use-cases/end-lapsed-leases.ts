import { changesOf, decideEvent, type Outcome } from '../catalog/decisions/event-decision';
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
 * each service in one change. What could not be committed is found again the next time.
 *
 * @returns the instances that have to be probed first
 * @throws when the store does
 */
export function endLapsedLeases(deps: ApplyEventDeps): Promise<readonly Entry[]> {
  const { catalog, clock, queue } = deps;
  const moment = clock.moment();
  return queue.runIdle(catalog.lapsed(moment.now, BATCH), (lapsed) => endLeases(deps, lapsed, moment));
}

async function endLeases(
  deps: ApplyEventDeps,
  lapsed: readonly Entry[],
  moment: Moment,
): Promise<readonly Entry[]> {
  const { store, guard } = deps;
  const verdicts = oncePerService(guard);
  const outcomes = lapsed.map(
    (entry): Outcome => ({ entry, transition: decideEvent(verdicts, entry, LEASE_ENDED, moment.now) }),
  );
  // All proposed in this turn: a heartbeat that came while one of them was under way would make the next one wrong.
  const changes = changesOf(outcomes, { by: 'registry', moment });
  const results = await Promise.all(changes.map((change) => store.commit(change)));

  const contended = new Set(
    changes.flatMap(({ serviceName }, at) => (results[at]?.kind === 'conflict' ? serviceName : [])),
  );
  const settled = outcomes.filter(({ entry }) => !contended.has(entry.record.registration.serviceName));
  for (const outcome of settled) note(deps, outcome, moment.now);
  return settled.flatMap(({ entry, transition }) =>
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
