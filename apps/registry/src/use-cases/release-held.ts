import { changesOf, decideEvent } from '../catalog/decisions/event-decision';
import type { ProposedChange } from '../catalog/changes/change';
import type { Entry } from '../catalog/entry';
import type { ApplyEventDeps } from './apply-event';
import { commitDecision } from './commit-decision';
import { inParts } from './in-parts';

/**
 * Ends the mass-expiry guard of a service: the held instances are evicted in one change, or in as few as the store takes.
 *
 * @param by `registry`, or a caller's identity
 * @returns the ids of those who are gone; of an instance that something else is happening to just now that decides
 * @throws when the store refuses a change, after what it takes has been made
 */
export function releaseHeld(
  deps: ApplyEventDeps,
  serviceName: string,
  by: string,
): Promise<readonly string[]> {
  const { catalog, guard, queue, store } = deps;
  const held = Array.from(guard.hold(serviceName)?.held ?? []).flatMap(
    (id) => catalog.entry(serviceName, id) ?? [],
  );
  return queue.runIdle(held, async (free) => {
    const { results, failures } = await inParts(free, store.maxRecordsPerChange, (part) =>
      release(deps, part, by),
    );
    if (failures.length > 0) throw failures[0];
    return results.flat();
  });
}

async function release(
  { catalog, store, clock, guard, under }: ApplyEventDeps,
  held: readonly Entry[],
  by: string,
): Promise<readonly string[]> {
  const { committed } = await commitDecision<{ change?: ProposedChange | undefined }>(
    store,
    () => {
      const moment = clock.moment();
      const outcomes = held
        .filter((entry) => catalog.isListed(entry))
        .map((entry) => ({ entry, transition: decideEvent(guard, entry, { type: 'released' }, moment.now) }));
      return { change: changesOf(outcomes, { by, moment })[0] };
    },
    under,
  );
  return committed?.remove ?? [];
}
