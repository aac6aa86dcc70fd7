import { printable } from '@rollcall/service-kit';
import { displayWidth, truncated } from './display-width';
import type { Colour, Paint } from './paint';

/** One cell; text is escaped here, so that nothing registered acts on a terminal. */
export type Cell = string | { readonly text: string; readonly colour: Colour };

export interface Column {
  readonly title: string;
  /** Figures, so that their places stand below each other. */
  readonly right?: boolean;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Wider cells are cut wherever the table is shown: a table is for reading, `-o json` has all of it. */
const WIDEST_CELL = 100;
const GAP = '  ';

/**
 * The lines of a table, its titles first.
 *
 * @param columns of the terminal, beyond which lines are cut; `undefined` in a pipe, where nothing breaks them
 */
export function tableLines(table: Table, paint: Paint, columns: number | undefined): readonly string[] {
  const titles = table.columns.map(({ title }) => title);
  const rows = table.rows.map((row) => row.map(shown));
  const widths = titles.map((title, index) =>
    Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[index]?.text ?? ''))),
  );
  const line = (
    cells: readonly { readonly text: string; readonly colour?: Colour | undefined }[],
  ): string => {
    let room = columns ?? Infinity;
    let written = '';
    for (const [index, cell] of cells.entries()) {
      const isLast = index === cells.length - 1;
      const gap = isLast ? '' : GAP;
      const text = truncated(padded(cell.text, widths[index] ?? 0, table.columns[index], isLast) + gap, room);
      room -= displayWidth(text);
      written += cell.colour === undefined ? text : paint(cell.colour, text);
    }
    return written.trimEnd();
  };
  return [line(titles.map((text) => ({ text, colour: 'grey' as const }))), ...rows.map(line)];
}

function shown(cell: Cell): { readonly text: string; readonly colour?: Colour } {
  const { text, ...colour } = typeof cell === 'string' ? { text: cell } : cell;
  // What is cut away needs no escaping, and may be long.
  return { text: truncated(printable(text.slice(0, WIDEST_CELL * 2)), WIDEST_CELL), ...colour };
}

function padded(text: string, width: number, column: Column | undefined, isLast: boolean): string {
  const space = ' '.repeat(width - displayWidth(text));
  if (column?.right === true) return space + text;
  return isLast ? text : text + space;
}
