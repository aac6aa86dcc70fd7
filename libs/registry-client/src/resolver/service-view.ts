import type { Instance, RouteClaim, WatchDelta, WatchSnapshot } from '@rollcall/contracts';
import type { RegistryFailure } from '../registry/registry-failure';
import type { DiscoveryResult } from './discovery-result';
import { holdMissing, stillMissing, type HeldInstance } from './held-instances';

export type FullSet = Pick<WatchSnapshot, 'revision' | 'instances' | 'claims'>;

const NO_CLAIMS: readonly RouteClaim[] = [];

/**
 * What is known of one service: pending → resolved ⇄ stale, and failed only while nothing was ever known. Computes
 * from what it is told; `now` is monotonic, `at` is the wall clock, both in milliseconds.
 */
export interface ServiceView {
  readonly result: DiscoveryResult;
  /** The catalog's revision on which the next change has to follow. */
  readonly revision: number;
  readonly isEmpty: boolean;
  /** When the first of the held instances is let go of. */
  readonly heldUntil: number | undefined;
  /** A full set takes the place of what was known; `warmingAt`, from a warming registry, only adds to it. */
  replace(set: FullSet, warmingAt: number | undefined): void;
  /** @returns whether the change follows on what is known */
  change(delta: WatchDelta): boolean;
  /** The stream is in sync: what is known is what there is, and what is held on to is, unless warming, let go of. */
  confirm(warming: boolean): void;
  /** The stream broke. */
  lose(failure: RegistryFailure, at: number): void;
  /** Lets go of what was held on to long enough. */
  release(now: number): void;
}

export function createServiceView(serviceName: string, initial: DiscoveryResult): ServiceView {
  let listed: ReadonlyMap<string, Instance> = new Map();
  let held: readonly HeldInstance[] = [];
  let revision = 0;
  let staleSince: number | undefined;
  let result = initial;
  let claims = ('snapshot' in initial && initial.snapshot.claims) || NO_CLAIMS;

  function publish(): void {
    const instances = [...listed.values(), ...held.map((holding) => holding.instance)];
    const snapshot = { serviceName, revision, instances, ...(claims.length > 0 && { claims }) };
    result =
      staleSince === undefined
        ? { state: 'resolved', snapshot }
        : { state: 'stale', snapshot, since: staleSince };
  }

  function known(): readonly Instance[] {
    return 'snapshot' in result ? result.snapshot.instances : [];
  }

  return {
    get result() {
      return result;
    },
    get revision() {
      return revision;
    },
    get isEmpty() {
      return known().length === 0 && claims.length === 0;
    },
    get heldUntil() {
      let first: number | undefined;
      for (const { until } of held) if (first === undefined || until < first) first = until;
      return first;
    },

    replace({ revision: newRevision, instances, claims: standing = NO_CLAIMS }, warmingAt) {
      held = warmingAt === undefined ? [] : holdMissing(known(), held, instances, warmingAt);
      listed = new Map(instances.map((instance) => [instance.instance_id, instance]));
      // A registry that began empty has not given them out again yet: they go with the instances that are held on to.
      if (held.length === 0 || standing.length > 0) claims = standing;
      revision = newRevision;
      staleSince = undefined;
      publish();
    },

    change(delta) {
      // Seen before: a resumed stream may begin a little earlier than we left off.
      if (delta.revision <= revision) return true;
      // A registry that has forgotten an empty service counts it from 0 again.
      const followsOnNothing = delta.prev_revision === 0 && listed.size === 0;
      if (delta.prev_revision !== revision && !followsOnNothing) return false;
      const next = new Map(listed);
      for (const id of delta.removed) next.delete(id);
      for (const instance of delta.upserted) next.set(instance.instance_id, instance);
      listed = next;
      const gone = new Set(delta.removed);
      held = stillMissing(held, delta.upserted).filter(({ instance }) => !gone.has(instance.instance_id));
      if (delta.claims !== undefined) claims = delta.claims;
      revision = delta.revision;
      staleSince = undefined;
      publish();
      return true;
    },

    confirm(warming) {
      const letsGo = held.length > 0 && !warming;
      if (!letsGo && staleSince === undefined) return;
      if (letsGo) held = [];
      staleSince = undefined;
      publish();
    },

    lose(failure, at) {
      if (result.state === 'resolved') {
        staleSince = at;
        result = { state: 'stale', snapshot: result.snapshot, since: at };
      } else if (
        result.state === 'pending' ||
        (result.state === 'failed' && result.error.code !== failure.code)
      ) {
        result = { state: 'failed', error: failure };
      }
    },

    release(now) {
      const kept = held.filter(({ until }) => until > now);
      if (kept.length === held.length) return;
      held = kept;
      publish();
    },
  };
}
