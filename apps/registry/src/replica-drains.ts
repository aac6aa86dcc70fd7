import type { Catalog } from './catalog/catalog';
import type { CommittedChange } from './catalog/changes/change';
import type { CatalogStore } from './ports/catalog-store';
import type { Clock } from './ports/clock';
import type { DrainReference, DrainSubscriberState, ReplicaGroup } from './ports/replica-group';
import { isDraining } from './watch/draining-services';
import { ABSENCE_LIMIT_MS, type SubscriberAcknowledgements } from './watch/subscriber-acknowledgements';
import { believedName } from './watch/subscriber-names';

/** Drains as far as the subscribers of all replicas are concerned: a drain waits for those at other replicas, too. */
export interface ReplicaDrains {
  /** Whether there may be other replicas. */
  readonly isShared: boolean;
  /** What the other replicas have made known. */
  elsewhere(drain: DrainReference): readonly DrainSubscriberState[];
  /** Whether every subscriber at every replica has acknowledged, those that are not here yet included. */
  isComplete(drain: DrainReference): boolean;
  /** From when on (monotonic milliseconds) the subscribers have had the time to find back to a replica. */
  readonly subscribersKnownAt: number;
  /** Calls the listener whenever there is something else to know from other replicas, until the function is called. */
  onChange(listener: () => void): () => void;
}

export interface ReplicaDrainsFollowing extends ReplicaDrains {
  /** To be told of every change once the catalog has applied it, and of what the catalog began with. */
  follow(change: Pick<CommittedChange, 'serviceName' | 'put' | 'remove'>): void;
  /** A replica has joined, or has made something known. */
  groupChanged(): void;
  /** A replica has gone: its subscribers are on their way to another one. */
  replicaLeft(): void;
  stop(): void;
}

export interface ReplicaDrainsOptions {
  readonly group: ReplicaGroup;
  readonly store: Pick<CatalogStore, 'status'>;
  readonly catalog: Pick<Catalog, 'named'>;
  readonly clock: Clock;
  readonly acknowledgements: SubscriberAcknowledgements;
}

/** Acknowledgements come in crowds: they are made known together. */
const TOGETHER_MS = 50;
/** Subscribers that stay away are forgotten about as soon as they may be. */
const LOOK_AGAIN_MS = 1000;

export function createReplicaDrains(options: ReplicaDrainsOptions): ReplicaDrainsFollowing {
  const { group, store, catalog, clock, acknowledgements } = options;
  let knownAt = clock.moment().now + ABSENCE_LIMIT_MS;
  const listeners = new Set<() => void>();
  /** The drains that go on, each with what was made known of it last. */
  const open = new Map<string, { readonly drain: DrainReference; told: string }>();
  let cancel: (() => void) | undefined;
  let tellsAt = Infinity;
  const unfollow = group.isShared ? acknowledgements.onChange(() => planTelling(TOGETHER_MS)) : undefined;

  return {
    isShared: group.isShared,
    elsewhere: (drain) => [...group.acksOf(drain).values()].flat(),
    isComplete(drain) {
      const { acked, missing } = acknowledgements.of(drain.serviceName, drain.revision);
      if (!group.isShared) return missing.length === 0;
      // A replica that is cut off does not know who else has subscribers.
      if (store.status === 'detached') return false;
      const told = group.acksOf(drain);
      if ([...group.others.keys()].some((replicaId) => !told.has(replicaId))) return false;
      const states = [...told.values()].flat();
      // Who has moved to another replica is missing where it was, for a while.
      const all = new Set([...acked, ...states.flatMap((state) => (state.acked ? state.subscriber : []))]);
      return missing.every((id) => all.has(id)) && states.every(({ subscriber }) => all.has(subscriber));
    },
    get subscribersKnownAt() {
      return knownAt;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    follow({ serviceName, put, remove }) {
      if (!group.isShared) return;
      for (const instanceId of remove) open.delete(`${serviceName}\n${instanceId}`);
      for (const record of put) {
        const { instanceId, revision } = record;
        const key = `${serviceName}\n${instanceId}`;
        if (isDraining(record)) open.set(key, { drain: { serviceName, instanceId, revision }, told: '' });
        else open.delete(key);
      }
      if (open.size > 0) planTelling(0);
    },
    groupChanged,
    replicaLeft() {
      knownAt = clock.moment().now + ABSENCE_LIMIT_MS;
      groupChanged();
    },
    stop() {
      unfollow?.();
      cancel?.();
      open.clear();
    },
  };

  function groupChanged(): void {
    for (const listener of [...listeners]) listener();
  }

  function planTelling(delayMs: number): void {
    const at = clock.moment().now + delayMs;
    if (open.size === 0 || tellsAt <= at) return;
    tellsAt = at;
    cancel?.();
    cancel = clock.after(delayMs, tell);
  }

  function tell(): void {
    tellsAt = Infinity;
    acknowledgements.forgetAbsent(clock.moment().now);
    for (const known of open.values()) {
      const states = statesOf(known.drain);
      const told = JSON.stringify(states);
      if (told === known.told) continue;
      known.told = told;
      group.acknowledge(known.drain, states);
    }
    planTelling(LOOK_AGAIN_MS);
  }

  function statesOf({ serviceName, revision }: DrainReference): readonly DrainSubscriberState[] {
    const { acked, missing } = acknowledgements.of(serviceName, revision);
    return [...acked.map((id) => stateOf(id, true)), ...missing.map((id) => stateOf(id, false))];
  }

  function stateOf(subscriber: string, acked: boolean): DrainSubscriberState {
    const known = acknowledgements.known(subscriber);
    const name = known?.claim && believedName(catalog, known.claim);
    return {
      subscriber,
      acked,
      connected: known?.isConnected ?? false,
      instanceId: name?.instanceId ?? null,
      serviceName: name?.serviceName ?? null,
      actor: known?.identity ?? '',
    };
  }
}
