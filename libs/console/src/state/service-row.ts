import type { CatalogEvent, DrainProgress, Instance, RegistryGuard } from '@rollcall/contracts';
import { attentionOf, opinionOf, type Attention } from './attention';
import type { Catalog, Service } from './catalog';
import { instanceKey, type Ejection, type Flow, type Traffic } from './traffic';
import type { Series } from './traffic-series';

export interface RowCell {
  readonly instance: Instance;
  readonly kind: Instance['status'] | 'ejected';
  readonly title: string;
}

/** One service as the table shows it. Replaced when anything of it changes, and the same object as long as nothing does. */
export interface ServiceRow {
  readonly name: string;
  readonly instances: readonly Instance[];
  readonly cells: readonly RowCell[];
  readonly paths: readonly string[];
  readonly attention: readonly Attention[];
  /** The most frequent first. */
  readonly versions: readonly (readonly [version: string, count: number])[];
  readonly calls: Flow | undefined;
  readonly series: Series | undefined;
  readonly held: number;
  readonly last: CatalogEvent | undefined;
}

export interface RowSources {
  readonly catalog: Catalog;
  readonly guards: readonly RegistryGuard[];
  readonly drains: ReadonlyMap<string, DrainProgress>;
  /** Newest first. */
  readonly events: readonly CatalogEvent[];
  readonly traffic: Traffic;
}

/** What a row is made of: as long as all of it is the same, so is the row. */
type Parts = readonly [
  Service | undefined,
  RegistryGuard | undefined,
  string,
  CatalogEvent | undefined,
  Flow | undefined,
  Series | undefined,
  number,
  string,
];

/** Makes rows of what is known, and hands out the one before where nothing has changed. */
export function createServiceRows(): (sources: RowSources) => readonly ServiceRow[] {
  let rows = new Map<string, { readonly parts: Parts; readonly row: ServiceRow }>();
  return ({ catalog, guards, drains, events, traffic }) => {
    const guardOf = new Map(guards.map((guard) => [guard.service_name, guard]));
    const lastOf = new Map<string, CatalogEvent>();
    for (const event of events) if (!lastOf.has(event.service_name)) lastOf.set(event.service_name, event);
    const drainsOf = grouped([...drains.values()]);
    const ejectionsOf = grouped([...traffic.ejections.values()].flat());
    const next = new Map<string, { readonly parts: Parts; readonly row: ServiceRow }>();
    for (const name of new Set([...catalog.keys(), ...traffic.held.keys()])) {
      const service = catalog.get(name);
      const myDrains = drainsOf.get(name) ?? [];
      const ejected = ejectionsOf.get(name) ?? [];
      const parts: Parts = [
        service,
        guardOf.get(name),
        myDrains
          .map(({ instance_id, acked, missing }) => `${instance_id} ${acked.length}/${missing.length}`)
          .join(),
        lastOf.get(name),
        traffic.calls.get(name) ?? traffic.attempts.get(name),
        traffic.callSeries.get(name),
        traffic.held.get(name) ?? 0,
        ejected.map((one) => `${one.instance_id} ${opinionOf(one)}`).join(),
      ];
      const known = rows.get(name);
      next.set(
        name,
        known !== undefined && known.parts.every((part, index) => part === parts[index])
          ? known
          : { parts, row: makeRow(name, parts, myDrains, ejected) },
      );
    }
    rows = next;
    return [...next.values()].map(({ row }) => row);
  };
}

function makeRow(
  name: string,
  [service, guard, , last, calls, series, held]: Parts,
  drains: readonly DrainProgress[],
  ejected: readonly Ejection[],
): ServiceRow {
  const instances = service?.instances ?? [];
  const claims = service?.claims ?? [];
  return {
    name,
    instances,
    cells: cellsOf(instances, ejected),
    paths: claims.map(({ host, path_prefix }) => `${host ?? ''}${path_prefix}`),
    attention: attentionOf({ instances, guard, held, calls, ejected, drains }),
    versions: countVersions(instances),
    calls,
    series,
    held,
    last,
  };
}

/** An instance that is up and that some caller has ejected looks so: the catalog still has it up, and both are true. */
export function cellsOf(instances: readonly Instance[], ejected: readonly Ejection[]): readonly RowCell[] {
  const opinions = new Map(ejected.map((one) => [instanceKey(one.service_name, one.instance_id), one]));
  return instances.map((instance) => {
    const { instance_id, status, reason, version, zone } = instance;
    const opinion = opinions.get(instanceKey(instance.service_name, instance_id));
    const kind = status === 'up' && opinion !== undefined ? 'ejected' : status;
    const words = [
      instance_id,
      status === 'out_of_service' ? 'out of service' : status,
      ...(reason === undefined ? [] : [reason]),
      ...(version === null ? [] : [version]),
      ...(zone === null ? [] : [zone]),
      ...(opinion === undefined ? [] : [`ejected by ${opinionOf(opinion)}`]),
    ];
    return { instance, kind, title: words.join(' · ') };
  });
}

function countVersions(instances: readonly Instance[]): ServiceRow['versions'] {
  const counts = new Map<string, number>();
  for (const { version } of instances) counts.set(version ?? '–', (counts.get(version ?? '–') ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function grouped<T extends { readonly service_name: string }>(
  items: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.service_name);
    if (group === undefined) groups.set(item.service_name, [item]);
    else group.push(item);
  }
  return groups;
}
