import type { ReplicaGroup } from '../ports/replica-group';

/** The group of a registry that has its store to itself: it leads, and there is nobody else. */
export function createSingleReplica(): ReplicaGroup {
  return {
    isShared: false,
    replicaId: 'single',
    leadership: { token: 0 },
    others: NOBODY,
    seen: 0,
    follow: () => undefined,
    join: () => Promise.resolve(),
    publish: () => Promise.resolve(0),
    acknowledge: () => undefined,
    acksOf: () => NOBODY,
    leave: () => Promise.resolve(),
  };
}

const NOBODY: ReadonlyMap<string, never> = new Map<string, never>();
