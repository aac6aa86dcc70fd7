import type { CommittedChange, ProposedChange } from '../catalog/changes/change';
import { catalogContended, leadershipLost } from '../errors';
import type { CatalogStore, Fence } from '../ports/catalog-store';

/** Something decided, and the change it takes to make it so, if any. */
export type Decision = object & { readonly change?: ProposedChange | undefined };

/** A decision that stands, with its change as it was committed. */
export interface SettledDecision<D> {
  readonly decision: D;
  readonly committed: CommittedChange | undefined;
}

const MAX_ATTEMPTS = 10;

/**
 * Decides on the catalog as it is and commits; decides again whenever a conflicting change came first.
 *
 * @param under for what the leader presumes: its term
 * @throws AppError `CATALOG_CONTENDED` when it always did; `LEADERSHIP_LOST` when that term is over
 */
export async function commitDecision<D extends Decision>(
  store: CatalogStore,
  decide: () => D,
  under?: Fence,
): Promise<SettledDecision<D>> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const decision = decide();
    if (decision.change === undefined) return { decision, committed: undefined };
    const result = await store.commit(decision.change, under);
    if (result.kind === 'committed') return { decision, committed: result.change };
    if (result.kind === 'fenced') throw leadershipLost();
  }
  throw catalogContended();
}
