import type { CatalogEvent, DrainProgress, Instance, RegistryGuard } from '@rollcall/contracts';
import { attentionOf, opinionOf, type Attention } from './attention';
import type { Catalog, Service } from './catalog';
import { instanceKey, type Ejection, type Flow, type Traffic } from './traffic';
import type { Series } from './traffic-series';

export interface RowCell {
  readonly instance: Instance;
  readonly kind: Instance['status'] | 'ejected';
  readonly opinion: Ejection | undefined;
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
interface Parts {
  readonly service: Service | undefined;
  readonly guard: RegistryGuard | undefined;
  readonly drains: readonly DrainProgress[];
  readonly last: CatalogEvent | undefined;
  readonly calls: Flow | undefined;
  readonly series: Series | undefined;
  readonly held: number;
  readonly ejected: readonly Ejection[];
}

interface Made {
  readonly parts: Parts;
  readonly row: ServiceRow;
}

const NONE: readonly never[] = [];

/**
 * Makes rows of what is known, and hands out the one before where nothing has changed: a hundred changes a second are to
 * cost what has changed, whatever the size of the fleet.
 */
export function createServiceRows(): (sources: RowSources) => readonly ServiceRow[] {
  let made = new Map<string, Made>();
  return ({ catalog, guards, drains, events, traffic }) => {
    const guardOf = new Map(guards.map((guard) => [guard.service_name, guard]));
    const lastOf = new Map<string, CatalogEvent>();
    for (const event of events) if (!lastOf.has(event.service_name)) lastOf.set(event.service_name, event);
    const drainsOf = grouped([...drains.values()]);
    const ejectionsOf = grouped([...traffic.ejections.values()].flat());
    const next = new Map<string, Made>();
    const rows: ServiceRow[] = [];

    function take(name: string, service: Service | undefined): void {
      const known = made.get(name);
      const parts: Parts = {
        service,
        guard: guardOf.get(name),
        drains: drainsOf.get(name) ?? NONE,
        // Others change more often, and only so many events are remembered.
        last: lastOf.get(name) ?? (events.length === 0 ? undefined : known?.parts.last),
        calls: traffic.calls.get(name) ?? traffic.attempts.get(name),
        series: traffic.callSeries.get(name),
        held: traffic.held.get(name) ?? 0,
        ejected: ejectionsOf.get(name) ?? NONE,
      };
      const one = known !== undefined && areSame(known.parts, parts) ? known : makeRow(name, parts, known);
      next.set(name, one);
      rows.push(one.row);
    }

    for (const [name, service] of catalog) take(name, service);
    for (const name of traffic.held.keys()) if (!catalog.has(name)) take(name, undefined);
    made = next;
    return rows;
  };
}

function areSame(some: Parts, others: Parts): boolean {
  return (
    some.service === others.service &&
    some.guard === others.guard &&
    some.last === others.last &&
    some.calls === others.calls &&
    some.series === others.series &&
    some.held === others.held &&
    textOf(some.drains, drainText) === textOf(others.drains, drainText) &&
    textOf(some.ejected, ejectionText) === textOf(others.ejected, ejectionText)
  );
}

/** Ejections and drains are told anew all the time: what counts is whether they say something else. */
function textOf<T>(list: readonly T[], text: (one: T) => string): string {
  return list.length === 0 ? '' : list.map(text).join();
}

const drainText = ({ instance_id, acked, missing }: DrainProgress): string =>
  `${instance_id} ${acked.length}/${missing.length}`;
const ejectionText = (one: Ejection): string => `${one.instance_id} ${opinionOf(one)}`;

function makeRow(name: string, parts: Parts, known: Made | undefined): Made {
  const { service, guard, drains, last, calls, series, held, ejected } = parts;
  const instances = service?.instances ?? NONE;
  // Traffic changes every two seconds, for all at once; instances do not.
  const isSameFleet =
    known !== undefined &&
    known.parts.service === service &&
    textOf(known.parts.ejected, ejectionText) === textOf(ejected, ejectionText);
  const fleet = isSameFleet
    ? { cells: known.row.cells, paths: known.row.paths, versions: known.row.versions }
    : {
        cells: cellsOf(instances, ejected),
        paths: (service?.claims ?? NONE).map(({ host, path_prefix }) => `${host ?? ''}${path_prefix}`),
        versions: countVersions(instances),
      };
  return {
    parts,
    row: {
      name,
      instances,
      ...fleet,
      attention: attentionOf({ instances, guard, held, calls, ejected, drains }),
      calls,
      series,
      held,
      last,
    },
  };
}

/** An instance that is up and that some caller has ejected looks so: the catalog still has it up, and both are true. */
export function cellsOf(instances: readonly Instance[], ejected: readonly Ejection[]): readonly RowCell[] {
  const opinions = new Map(ejected.map((one) => [instanceKey(one.service_name, one.instance_id), one]));
  return instances.map((instance) => {
    const { service_name, instance_id, status } = instance;
    const opinion = opinions.size === 0 ? undefined : opinions.get(instanceKey(service_name, instance_id));
    return { instance, kind: status === 'up' && opinion !== undefined ? 'ejected' : status, opinion };
  });
}

/** In words. Made when a cell is drawn: most of a wide fleet are out of sight. */
export function titleOf({ instance, opinion }: RowCell): string {
  const { instance_id, status, reason, version, zone } = instance;
  return [
    instance_id,
    status === 'out_of_service' ? 'out of service' : status,
    ...(reason === undefined ? [] : [reason]),
    ...(version === null ? [] : [version]),
    ...(zone === null ? [] : [zone]),
    ...(opinion === undefined ? [] : [`ejected by ${opinionOf(opinion)}`]),
  ].join(' · ');
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
