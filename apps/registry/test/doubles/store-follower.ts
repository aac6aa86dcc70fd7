import type { CommittedChange } from '../../src/catalog/changes/change';
import type { StoreFollower } from '../../src/ports/catalog-store';

/** The follower of a store whose changes are all that a spec is about. */
export function followerOf(changed: (change: CommittedChange) => void): StoreFollower {
  return { changed, replaced: () => undefined, attachmentChanged: () => undefined };
}
