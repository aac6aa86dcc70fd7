import type { ServiceRow } from './service-row';

export const SORTS = ['attention', 'name', 'traffic', 'failed', 'p50', 'p99', 'in_flight', 'change'] as const;
export type Sort = (typeof SORTS)[number];

export function readSort(text: string | undefined): Sort {
  return SORTS.find((sort) => sort === text) ?? 'attention';
}

export const GROUPS = ['none', 'zone', 'version', 'tag'] as const;
export type Grouping = (typeof GROUPS)[number];

export function readGrouping(text: string | undefined): Grouping {
  return GROUPS.find((grouping) => grouping === text) ?? 'none';
}

const byName = (a: ServiceRow, b: ServiceRow) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
const most = (value: (row: ServiceRow) => number | null | undefined) => (a: ServiceRow, b: ServiceRow) =>
  (value(b) ?? -1) - (value(a) ?? -1);

const COMPARE: Readonly<Record<Sort, (a: ServiceRow, b: ServiceRow) => number>> = {
  attention: (a, b) => rankOf(a) - rankOf(b) || most(({ calls }) => calls?.perSecond)(a, b),
  name: byName,
  traffic: most(({ calls }) => calls?.perSecond),
  failed: most(({ calls }) => calls?.failedShare),
  p50: most(({ calls }) => calls?.p50),
  p99: most(({ calls }) => calls?.p99),
  in_flight: most(({ calls }) => calls?.inFlight),
  change: most(({ last }) => last?.at),
};

function rankOf({ attention: [first] }: ServiceRow): number {
  return first?.rank ?? 99;
}

export function inOrder(rows: readonly ServiceRow[], sort: Sort): readonly ServiceRow[] {
  const compare = COMPARE[sort];
  return [...rows].sort((a, b) => compare(a, b) || byName(a, b));
}

/** The order as it was, with who has come at its end: nothing moves under the pointer. */
export function frozen(rows: readonly ServiceRow[], names: readonly string[]): readonly ServiceRow[] {
  const left = new Map<string, ServiceRow>();
  for (const row of rows) left.set(row.name, row);
  const kept: ServiceRow[] = [];
  for (const name of names) {
    const row = left.get(name);
    if (row === undefined) continue;
    left.delete(name);
    kept.push(row);
  }
  for (const row of left.values()) kept.push(row);
  return kept;
}

/** Which order is wanted: with another one of these there is nothing to be kept. */
export interface OrderWish {
  readonly sort: Sort;
  readonly filter: string;
  /** Whether somebody points at the rows. */
  readonly isHeld: boolean;
  /** Counts on now and then: rows may move when it does, and not at every change in between. */
  readonly turn: number;
}

/**
 * Puts rows in order so that people can read them: anew when another order or filter is chosen, and else only once a turn,
 * and not while somebody points at one. In between rows are replaced where they stand.
 */
export function createSettledOrder(): (
  rows: readonly ServiceRow[],
  wish: OrderWish,
) => readonly ServiceRow[] {
  let before: OrderWish | undefined;
  let names: readonly string[] = [];
  return (rows, wish) => {
    const isSame = before?.sort === wish.sort && before.filter === wish.filter && names.length > 0;
    const stays = isSame && (wish.isHeld || before?.turn === wish.turn);
    const shown = stays ? frozen(rows, names) : inOrder(rows, wish.sort);
    names = shown.map(({ name }) => name);
    before = stays && before !== undefined ? { ...wish, turn: before.turn } : wish;
    return shown;
  };
}

export interface RowGroup {
  /** `undefined`: there are no groups. */
  readonly label: string | undefined;
  readonly rows: readonly ServiceRow[];
}

/** Rows by what their instances say. A service of two zones is in both, with the cells of each. */
export function grouped(rows: readonly ServiceRow[], grouping: Grouping): readonly RowGroup[] {
  if (grouping === 'none') return [{ label: undefined, rows }];
  const groups = new Map<string, ServiceRow[]>();
  for (const row of rows) {
    const labels = new Map<string, ServiceRow['cells'][number][]>();
    for (const cell of row.cells)
      for (const label of labelsOf(cell.instance, grouping))
        labels.set(label, [...(labels.get(label) ?? []), cell]);
    if (labels.size === 0) labels.set('', []);
    for (const [label, cells] of labels) {
      const group = groups.get(label) ?? [];
      groups.set(label, group);
      group.push(cells.length === row.cells.length ? row : { ...row, cells });
    }
  }
  return [...groups]
    .sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1))
    .map(([label, members]) => ({ label: label === '' ? `no ${grouping}` : label, rows: members }));
}

function labelsOf(
  { zone, version, tags }: ServiceRow['instances'][number],
  grouping: Exclude<Grouping, 'none'>,
): readonly string[] {
  switch (grouping) {
    case 'zone':
      return [zone ?? ''];
    case 'version':
      return [version ?? ''];
    case 'tag':
      return tags.length === 0 ? [''] : tags;
  }
}
