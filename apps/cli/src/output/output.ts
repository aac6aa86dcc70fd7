import { printable } from '@rollcall/service-kit';
import { jsonText, yamlText } from './escape';
import { createPaint, type Paint } from './paint';
import { tableLines, type Table } from './table';

export const OUTPUT_FORMATS = ['table', 'wide', 'json', 'yaml', 'name'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** A stream that a command writes to; `isTTY` and `columns` as Node's own have them. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a command has found, in every form that it may be asked for. */
export interface View {
  /** As it came over the wire: for `json` and `yaml`. */
  readonly data: unknown;
  /** One name a line, for other programs: for `name`. */
  readonly names: readonly string[];
  /** For people. What is registered need not be escaped here. */
  table(form: { readonly wide: boolean; readonly paint: Paint }): Table | readonly (Table | string)[];
}

/** Where a command writes. Answers go to standard output, everything that is about them to standard error. */
export interface Output {
  readonly format: OutputFormat;
  /** Whether somebody looks at standard output, so that it may be repainted. */
  readonly isTerminal: boolean;
  readonly paint: Paint;
  show(view: View): void;
  /** One item of a stream: a line of text, or a line of JSON with `json` (NDJSON); a document with `yaml`. */
  item(view: { readonly data: unknown; readonly line: string; readonly name: string }): void;
  /** A line on standard output, escaped. */
  line(text: string): void;
  /** A line on standard error: progress, hints. */
  hint(text: string): void;
}

export interface OutputOptions {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly format: OutputFormat;
  readonly coloured: boolean;
}

export function createOutput({ stdout, stderr, format, coloured }: OutputOptions): Output {
  const paint = createPaint(coloured);
  const columns = stdout.isTTY === true ? stdout.columns : undefined;
  const write = (text: string): void => void stdout.write(`${text}\n`);

  function writeTable(part: Table | string): void {
    if (typeof part === 'string') write(printable(part));
    else for (const line of tableLines(part, paint, columns)) write(line);
  }

  return {
    format,
    isTerminal: stdout.isTTY === true,
    paint,
    show(view) {
      switch (format) {
        case 'json':
          return write(jsonText(view.data, 'indented'));
        case 'yaml':
          return write(yamlText(view.data));
        case 'name':
          return view.names.forEach((name) => write(printable(name)));
        case 'table':
        case 'wide': {
          const table = view.table({ wide: format === 'wide', paint });
          return isSeveral(table) ? table.forEach(writeTable) : writeTable(table);
        }
      }
    },
    item({ data, line, name }) {
      switch (format) {
        case 'json':
          return write(jsonText(data, 'one line'));
        case 'yaml':
          return write(`---\n${yamlText(data)}`);
        case 'name':
          return write(printable(name));
        case 'table':
        case 'wide':
          return write(printable(line));
      }
    },
    line: (text) => write(printable(text)),
    hint: (text) => void stderr.write(`${printable(text)}\n`),
  };
}

function isSeveral(table: Table | readonly (Table | string)[]): table is readonly (Table | string)[] {
  return Array.isArray(table);
}
