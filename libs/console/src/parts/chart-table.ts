import type { ChartProps, Line } from './chart';

/** The numbers of a chart: a row a moment, the latest first, and a column a line. */
export interface ChartTable {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly at: number; readonly values: readonly (number | null)[] }[];
}

/** Lines that are stacked are sums: the table has what each adds, and the whole in its last column. */
export function chartTable({
  times,
  lines,
  isStacked,
}: Pick<ChartProps, 'times' | 'lines' | 'isStacked'>): ChartTable {
  const whole = lines[0];
  const ordered = isStacked === true ? lines.toReversed() : lines;
  const valueOf = (line: Line, index: number, at: number): number | null => {
    const value = line.values[at] ?? null;
    const below = isStacked === true && index > 0 ? (ordered[index - 1]?.values[at] ?? 0) : 0;
    return value === null ? null : value - below;
  };
  const hasTotal = isStacked === true && whole !== undefined && lines.length > 1;
  return {
    columns: [...ordered.map(({ label }) => label), ...(hasTotal ? ['all'] : [])],
    rows: times
      .map((at, index) => ({
        at,
        values: [
          ...ordered.map((line, place) => valueOf(line, place, index)),
          ...(hasTotal ? [whole.values[index] ?? null] : []),
        ],
      }))
      .reverse(),
  };
}
