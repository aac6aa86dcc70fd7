import type { Catalog } from '../catalog/catalog';
import { decideEvent, type EventDecision } from '../catalog/decisions/event-decision';
import type { Entry } from '../catalog/entry';
import type { InstanceEvent } from '../catalog/instance/instance-event';
import type { Clock } from '../ports/clock';
import type { CatalogStore } from '../ports/catalog-store';
import { commitDecision } from './commit-decision';

export interface ApplyEventDeps {
  readonly catalog: Catalog;
  readonly store: CatalogStore;
  readonly clock: Clock;
}

/**
 * Something has happened to an instance: the state table says what it comes to, the store makes it final, and
 * what only this process needs to know is noted. Nothing happens once that life is over.
 *
 * @param by who made it happen: `instance`, `registry`, or a caller's identity
 */
export async function applyEvent(
  { catalog, store, clock }: ApplyEventDeps,
  entry: Entry,
  event: InstanceEvent,
  by: string,
): Promise<void> {
  const { instanceId } = entry.record;
  const moment = clock.moment();
  const isListed = (): boolean => catalog.entry(instanceId) === entry;

  const { decision } = await commitDecision<Partial<EventDecision>>(store, () =>
    isListed() ? decideEvent(entry, event, { by, epochMs: moment.epochMs }) : {},
  );
  const { transition } = decision;
  if (transition === undefined || transition.kind === 'leaves' || !isListed()) return;
  catalog.touch(entry, transition.contact, transition.renews ? moment.now : undefined);
}
