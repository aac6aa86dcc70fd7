import type { Catalog } from '../catalog/catalog';
import type { ProposedChange } from '../catalog/changes/change';
import { changesOf, decideEvent } from '../catalog/decisions/event-decision';
import type { Entry } from '../catalog/entry';
import type { MassExpiryGuard } from '../catalog/guard/mass-expiry-guard';
import type { InstanceEvent } from '../catalog/instance/instance-event';
import type { Transition } from '../catalog/instance/transition';
import type { Clock } from '../ports/clock';
import type { CatalogStore, Fence } from '../ports/catalog-store';
import type { Replicas } from '../replicas';
import { commitDecision } from './commit-decision';
import type { InstanceQueue } from './instance-queue';

export interface ApplyEventDeps {
  readonly catalog: Catalog;
  readonly store: CatalogStore;
  readonly clock: Clock;
  readonly guard: MassExpiryGuard;
  readonly queue: InstanceQueue;
  readonly replicas: Replicas;
  /** For what the leader presumes: its term. Absent for what this replica has seen. */
  readonly under?: Fence;
}

/**
 * Something has happened to an instance: the state table says what it comes to, the store makes it final, and
 * what only this process needs to know is noted. Nothing happens once that incarnation is over.
 *
 * @param by who made it happen: `registry`, or a caller's identity
 * @returns what it came to, or `undefined` when that incarnation is over; `probe` in it is for the caller to see to
 */
export function applyEvent(
  deps: ApplyEventDeps,
  entry: Entry,
  event: InstanceEvent,
  by: string,
): Promise<Transition | undefined> {
  return deps.queue.run(entry, () => applyInTurn(deps, entry, event, by));
}

interface EventDecision {
  readonly transition?: Transition;
  readonly change?: ProposedChange | undefined;
}

async function applyInTurn(
  { catalog, store, clock, guard, under }: ApplyEventDeps,
  entry: Entry,
  event: InstanceEvent,
  by: string,
): Promise<Transition | undefined> {
  const moment = clock.moment();
  const isListed = (): boolean => catalog.isListed(entry);

  const { decision } = await commitDecision<EventDecision>(
    store,
    () => {
      if (!isListed()) return {};
      const transition = decideEvent(guard, entry, event, moment.now);
      return { transition, change: changesOf([{ entry, transition }], { by, moment })[0] };
    },
    under,
  );
  const { transition } = decision;
  if (transition?.kind === 'leaves') {
    if (transition.presumed) guard.departed(entry, moment.now);
    return transition;
  }
  if (transition === undefined || !isListed()) return undefined;
  catalog.touch(entry, transition.contact, transition.renews ? moment.now : undefined);
  return transition;
}
