import type { CommittedChange, ProposedChange } from '../catalog/changes/change';
import type { StoredCatalog } from '../catalog/stored-catalog';

/**
 * `conflict`: another change to one of the same records came first. Read the catalog and decide again.
 * `fenced`: the change was decided by a leader that is not the leader any more. Nothing was changed.
 */
export type CommitResult =
  | { readonly kind: 'committed'; readonly change: CommittedChange }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'fenced' };

/**
 * The fencing token of one term of leadership: higher than those of all terms before. A change that is committed under
 * it is refused once another term has begun.
 */
export interface Fence {
  readonly token: number;
}

/**
 * `writable`: the latest attempt to make a change final went well, or there was none. `refusing`: it failed; that ends by
 * itself about a second after changes can be made final again, also if nobody proposes one. `detached`: this replica may be
 * cut off from the others, so what it has been told may be out of date, and the others may count it as gone.
 */
export type StoreStatus = 'writable' | 'refusing' | 'detached';

/** What a store keeps, for people. Bytes. */
export interface StoreDescription {
  readonly kind: 'memory' | 'journal' | 'etcd';
  readonly journalBytes: number;
  readonly snapshotBytes: number;
  /** Length of the journals at which the next snapshot is due. */
  readonly snapshotDueBytes: number;
}

/** An instance that is not in the catalog as far as this replica has been told. An id is unique within one service only. */
export type UnknownInstance =
  | { readonly instanceId: string; readonly serviceName?: string | undefined }
  | { readonly serviceName: string; readonly url: string };

/** Who is told what a store makes final. It must not throw. */
export interface StoreFollower {
  /** Every later change, whoever proposed it, each once and in the order of the revisions. */
  changed(change: CommittedChange): void;
  /**
   * The changes in between are lost: the catalog is that from now on. Under the same `catalogId` no revision in it is
   * lower than what was told before (except that services may be missing which are gone); under another one the
   * revisions have started anew. Later changes follow on `recent`.
   */
  replaced(stored: StoredCatalog): void;
  /** `status` has become `detached`, or is it no longer: as soon as a timer can tell. Catching up comes first. */
  attachmentChanged(isAttached: boolean): void;
}

/**
 * Where the catalog is kept, and where its changes get their order. The registry decides on what it has been
 * told so far and proposes; the store makes a proposal final, gives it its revision and tells the follower. No
 * caller sees a change before that, so nothing that was seen can be lost afterwards. Heartbeats do not come
 * here: a lease that is renewed changes nothing that needs keeping. Several replicas may work on one store, each
 * through an object of its own.
 */
export interface CatalogStore {
  /**
   * Called once, before anything else. Answers what has been kept. `begunAt` in it is by the clock of this process, or
   * long ago.
   */
  open(): Promise<StoredCatalog>;
  /** Called once, in the turn in which `open` was answered. */
  follow(follower: StoreFollower): void;
  /**
   * Called in the same turn in which the change was decided, so what the follower has been told by then is what
   * it is based on. Resolves with `committed` after the follower has been told of it and no crash can take it back;
   * with `conflict` only after the follower has been told of what came first, so that it can be decided again at once.
   *
   * @param change puts and removes `maxRecordsPerChange` instances at most
   * @param under for what the leader presumes, and not for what a replica has seen: refused unless that term of
   *   leadership goes on at the moment of the commit
   * @throws when it is not known whether the change was made final, or when it is known that it was not for a reason
   *   that deciding again does not mend. AppError 503 `STORE_UNAVAILABLE` or `STORE_OVERLOADED`; `CHANGE_TOO_LARGE` when
   *   the engine refuses this change for its size and takes smaller ones: see `use-cases/in-parts.ts`
   */
  commit(change: ProposedChange, under?: Fence): Promise<CommitResult>;
  /**
   * Resolves once the follower has been told of everything up to that revision; at once for a revision higher than
   * any that there is, which is one of another catalog. Not called for a revision that the follower knows.
   *
   * @throws AppError 503 `REGISTRY_BEHIND` after two seconds, or when it cannot be found out
   */
  reach(revision: number): Promise<void>;
  /**
   * Resolves once the follower has been told of that instance, if it was in the catalog when this was asked; in any
   * case the caller looks again afterwards. Callers cause it, so it has to bound what that costs the engine.
   *
   * @throws AppError 503 `REGISTRY_BEHIND` after two seconds, or when it cannot be found out
   */
  confirmUnknown(instance: UnknownInstance): Promise<void>;
  /** Most instances that one change may put and remove together. */
  readonly maxRecordsPerChange: number;
  /** By the clock at the moment of asking, also in a process that was stopped until a moment ago. */
  readonly status: StoreStatus;
  /** Asked by operators, after `open`. */
  describe(): StoreDescription;
  /** After the last commit has been answered. Idempotent. */
  close(): Promise<void>;
}
