import type { Instance, RouteClaim, WatchDelta, WatchSnapshot } from '@rollcall/contracts';

/** One service, as the latest frame has it. Replaced whole when anything of it changes. */
export interface Service {
  readonly name: string;
  readonly revision: number;
  readonly instances: readonly Instance[];
  readonly claims: readonly RouteClaim[];
}

export type Catalog = ReadonlyMap<string, Service>;

export const EMPTY_CATALOG: Catalog = new Map();

/** What a delta makes of a service; `undefined`: it does not follow on what is known, so the stream has to begin anew. */
export function withDelta(known: Service | undefined, delta: WatchDelta): Service | undefined {
  const revision = known?.revision ?? 0;
  if (known !== undefined && delta.revision <= revision) return known;
  if (known !== undefined && delta.prev_revision !== revision) return undefined;
  const changed = new Set([...delta.removed, ...delta.upserted.map(({ instance_id }) => instance_id)]);
  const kept = (known?.instances ?? []).filter(({ instance_id }) => !changed.has(instance_id));
  return {
    name: delta.service_name,
    revision: delta.revision,
    instances: inOrder([...kept, ...delta.upserted]),
    claims: delta.claims ?? known?.claims ?? [],
  };
}

export function ofSnapshot({ service_name, revision, instances, claims = [] }: WatchSnapshot): Service {
  return { name: service_name, revision, instances: inOrder([...instances]), claims };
}

/** By age, and by id among equals: cells stay where they are when a status changes. */
function inOrder(instances: Instance[]): readonly Instance[] {
  return instances.sort(
    (a, b) => a.registered_at - b.registered_at || (a.instance_id < b.instance_id ? -1 : 1),
  );
}
