import type { CommittedChange, ProposedChange } from '../catalog/changes/change';
import type { StoredCatalog } from '../catalog/stored-catalog';

/** `conflict`: another change to one of the same records came first. Read the catalog and decide again. */
export type CommitResult =
  | { readonly kind: 'committed'; readonly change: CommittedChange }
  | { readonly kind: 'conflict' };

/** What a store keeps, for people. Bytes. */
export interface StoreState {
  readonly kind: 'memory' | 'journal';
  readonly journalBytes: number;
  readonly snapshotBytes: number;
  /** Length of the journals at which the next snapshot is due. */
  readonly snapshotDueBytes: number;
}

/**
 * Where the catalog is kept, and where its changes get their order. The registry decides on what it has been
 * told so far and proposes; the store makes a proposal final, gives it its revision and tells the follower. No
 * caller sees a change before that, so nothing that was seen can be lost afterwards. Heartbeats do not come
 * here: a lease that is renewed changes nothing that needs keeping.
 */
export interface CatalogStore {
  /** Called once, before anything else. Answers what has been kept. */
  open(): Promise<StoredCatalog>;
  /**
   * Called once, in the turn in which `open` was answered. The follower gets every later change, whoever
   * proposed it, each once and in the order of the revisions; it must not throw.
   */
  follow(follower: (change: CommittedChange) => void): void;
  /**
   * Called in the same turn in which the change was decided, so what the follower has been told by then is what
   * it is based on. Resolves after the follower has been told of it and no crash can take it back.
   *
   * @throws when it is not known whether the change was made final
   */
  commit(change: ProposedChange): Promise<CommitResult>;
  /**
   * Whether the latest attempt to make a change final went well; true before the first. Read when metrics are: what is
   * `false` stays so until a change goes well again.
   */
  isWritable(): boolean;
  /** Asked by operators, after `open`. */
  state(): StoreState;
  /** After the last commit has been answered. Idempotent. */
  close(): Promise<void>;
}
