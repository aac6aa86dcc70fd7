import type { Fence } from './catalog-store';

/** Another registry process over the same store. */
export interface Replica {
  /** Where it answers. */
  readonly url: string;
  readonly version: string;
}

/** An instance that a replica has heard from. An epoch names one incarnation of one instance in the whole catalog. */
export interface HeardInstance {
  readonly epoch: number;
  /** How long before the report was composed. May be rounded down, never up: a lease must not end early. */
  readonly agoMs: number;
}

/** What a replica has heard from instances since the last report of it that was committed. */
export interface HeardReport {
  /**
   * `ReplicaGroup.seen` in the turn in which the report was composed; 0 when heartbeats may be waiting unread in this
   * process. Whatever had been heard before the replica was told of that revision is in this report or in an earlier one.
   */
  readonly seen: number;
  readonly heard: readonly HeardInstance[];
  /** Epochs of the instances whose session has been opened here, or has ended here. None is in both. */
  readonly opened: readonly number[];
  readonly closed: readonly number[];
}

/** An instance that is draining, and the revision from which on it is. */
export interface DrainReference {
  readonly serviceName: string;
  readonly instanceId: string;
  readonly revision: number;
}

/** A subscriber of a draining service, as the replica that it watches knows it. */
export interface DrainSubscriberState {
  readonly subscriber: string;
  readonly acked: boolean;
  readonly connected: boolean;
  /** The instance that it says it is, if it may say so. */
  readonly instanceId: string | null;
  readonly serviceName: string | null;
  readonly actor: string;
}

/**
 * Told in the order of the revisions, in one order with the follower of the store: when it is told of a report, both
 * have been told of every earlier change. Reports that were missed (`StoreFollower.replaced`) are not made up for; who
 * has joined or left meanwhile is told at once. It must not throw.
 */
export interface ReplicaGroupFollower {
  /** Another replica has joined; told of those that were there before `join`, too. */
  joined(replicaId: string): void;
  /** The report of another replica. */
  heard(replicaId: string, report: HeardReport): void;
  /** Another replica has gone. `orderly`: it had ended its streams and reported all it heard; otherwise it was lost. */
  left(replicaId: string, orderly: boolean): void;
  /** `leadership` is another one than before. */
  leadershipChanged(leadership: Fence | undefined): void;
  /** `acksOf` answers something else for that instance. */
  acknowledged(drain: DrainReference): void;
}

/**
 * The registries over one store: who is there, what each has heard, and which one leads. Facts (who registers, leaves,
 * drains) are committed by the replica that was told of them; what is presumed (that a lease has ended, what a probe
 * found) only by the leader, under its fence. A registry with a store of its own is a group of one.
 */
export interface ReplicaGroup {
  /** Whether there can be other replicas. If not, nothing is published and nothing is waited for. */
  readonly isShared: boolean;
  /** Unique in the group and over time. */
  readonly replicaId: string;
  /**
   * The fence of this replica's term while it is the leader. It may be told late that its term has ended: the fence,
   * not this, keeps an earlier leader from changing anything.
   */
  readonly leadership: Fence | undefined;
  /** The other replicas that are there, by id. */
  readonly others: ReadonlyMap<string, Replica>;
  /** The revision up to which this replica has been told of everything, reports included. */
  readonly seen: number;
  /** Called once, in the turn in which the store was opened. */
  follow(follower: ReplicaGroupFollower): void;
  /** Enters the group, and stands for leader from then on. Called once, before the registry listens. */
  join(): Promise<void>;
  /**
   * Makes a report known to the others, in place of the one before. Called every 2 s, never while another call is under
   * way, from `join` to `leave`. A report that was sent less than 8 s ago and committed is what keeps this replica
   * attached (`CatalogStore.status`). A replica that the others have counted out joins again by it.
   *
   * @returns the revision at which it was committed
   * @throws when it was not committed within a second, or that is not known: what was in it goes into the next one
   */
  publish(report: HeardReport): Promise<number>;
  /** Makes known what the subscribers of this replica have acknowledged of a drain. Its failures are retried. */
  acknowledge(drain: DrainReference, subscribers: readonly DrainSubscriberState[]): void;
  /** What the other replicas have made known of that drain, at that revision or a later one. */
  acksOf(drain: DrainReference): ReadonlyMap<string, readonly DrainSubscriberState[]>;
  /**
   * Resigns, and leaves. After the last stream has ended. Idempotent.
   *
   * @param options.orderly whether everything that was heard here has been reported; if not, the others have to be told
   *   that this replica is lost, because each of them gives every lease another term for it
   */
  leave(options: { readonly orderly: boolean }): Promise<void>;
}

/** How often a replica publishes a report. */
export const REPORT_INTERVAL_MS = 2000;
