import { departures } from '../catalog/decisions/event-decision';
import { lifeOf, type Entry } from '../catalog/entry';
import { transition } from '../catalog/instance/state-table';
import type { Leave } from '../catalog/instance/transition';
import type { ApplyEventDeps } from './apply-event';

/** So many at a time: a mass expiry must not keep the heartbeats of the others waiting. */
const BATCH = 1000;

/**
 * Ends the leases that nobody has renewed in time and evicts whom the state table lets go, each service in one
 * change. What could not be committed is found again the next time.
 *
 * @throws when the store does
 */
export async function endLapsedLeases({ catalog, store, clock }: ApplyEventDeps): Promise<void> {
  const { now, epochMs } = clock.moment();
  const leaving: { entry: Entry; leave: Leave }[] = [];
  for (const entry of catalog.lapsed(now, BATCH)) {
    const result = transition(lifeOf(entry), { type: 'lease_ended' });
    if (result.kind === 'leaves') leaving.push({ entry, leave: result });
    else catalog.touch(entry, result.contact, result.renews ? now : undefined);
  }
  // All proposed in this turn: a heartbeat that came while one of them was under way would make the next one wrong.
  const changes = departures(leaving, { by: 'registry', epochMs });
  await Promise.all(changes.map((change) => store.commit(change)));
}
