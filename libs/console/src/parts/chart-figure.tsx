import type { ComponentChildren } from 'preact';
import { choices, choose } from '../shell/navigation';
import { clock, figure } from '../state/figures';
import type { Choices } from '../state/place';
import { Chart, type ChartProps } from './chart';
import { chartTable } from './chart-table';

interface ChartFigureProps extends ChartProps {
  /** By which the address says that it is shown as a table. */
  readonly name: string;
  readonly title: string;
  readonly value: string;
  readonly unit: string;
  readonly note: ComponentChildren;
}

/** A chart with its latest value above it; or the same numbers as a table, for who reads rather than looks. */
export function ChartFigure({ name, title, value, unit, note, ...chart }: ChartFigureProps) {
  const isTable = namesIn(choices.value).includes(name);
  return (
    <figure class="panel chart">
      <figcaption>
        {title}{' '}
        <b>
          {value}
          <small> {unit}</small>
        </b>
        <span class="right">{note}</span>
        <button
          type="button"
          class="btn small"
          aria-pressed={isTable}
          aria-label={`${title} as table`}
          data-table
          onClick={() => toggleTable(name)}
        >
          as table
        </button>
      </figcaption>
      {isTable ? <ChartNumbers {...chart} /> : <Chart {...chart} />}
    </figure>
  );
}

/** As the address has it now: several may be pressed before anything is drawn again. */
function toggleTable(name: string): void {
  const shown = namesIn(choices.peek());
  choose({
    table: (shown.includes(name) ? shown.filter((one) => one !== name) : [...shown, name]).join(','),
  });
}

function namesIn({ table = '' }: Choices): readonly string[] {
  return table.split(',').filter((name) => name !== '');
}

function ChartNumbers({ label, format = figure, ...chart }: ChartProps) {
  const { columns, rows } = chartTable(chart);
  return (
    <div class="scroll numbers" role="region" aria-label={label} tabIndex={0}>
      <table class="tight">
        <caption class="hidden">{label}</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {columns.map((column) => (
              <th key={column} scope="col" class="r">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, values }) => (
            <tr key={at}>
              <th scope="row" class="mono">
                {clock(at * 1000)}
              </th>
              {values.map((number, index) => (
                <td key={index} class="r n">
                  {number === null ? '–' : format(number)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
