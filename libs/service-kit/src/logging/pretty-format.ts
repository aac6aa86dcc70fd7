import { format, type Logform } from 'winston';
import { describeFields } from './describe-fields';
import { printable } from './printable';

const COLOURS: Readonly<Record<string, number>> = { error: 31, warn: 33, info: 32, debug: 90 };
const GREY = 90;

/** What a person wants to know of a request; its line has to fit beside those of others. */
const OF_A_REQUEST: ReadonlySet<string> = new Set([
  'duration_ms',
  'upstream_service',
  'client_certificate',
  'code',
  'cause',
  'cut',
]);

/** A line for people: time, level, message, then `field=value`. Colours only on a terminal, and never with NO_COLOR. */
export function prettyFormat(): Logform.Format {
  const colours = process.stdout.hasColors?.() ?? false;
  const paint = (code: number, text: string) => (colours ? `\u001b[${code}m${text}\u001b[39m` : text);

  return format.combine(
    format.timestamp({ format: 'HH:mm:ss.SSS' }),
    describeFields(),
    format.printf(({ timestamp, level, message, service: _service, event, ...fields }) => {
      const { error, ...rest } = fields;
      const pairs = Object.entries(rest)
        .filter(
          ([name, value]) => value !== undefined && (event !== 'http_request' || OF_A_REQUEST.has(name)),
        )
        .map(([name, value]) => paint(GREY, `${printable(name)}=`) + inLine(value));
      const head = `${paint(GREY, String(timestamp))} ${paint(COLOURS[level] ?? GREY, level.padEnd(5))} ${printable(String(message))}`;
      return [head, ...pairs].join(' ') + (error === undefined ? '' : indented(stackOf(error)));
    }),
  );
}

function inLine(value: unknown): string {
  const isWord = typeof value === 'string' && !/[\s"]/.test(value);
  return printable(isWord ? value : (JSON.stringify(value) ?? String(value)));
}

/** Set off from the margin, so that a line of a message cannot be taken for an entry. */
function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `\n    ${printable(line)}`)
    .join('');
}

function stackOf(error: unknown): string {
  if (error === null || typeof error !== 'object') return String(error);
  const stack = 'stack' in error && typeof error.stack === 'string' ? error.stack : JSON.stringify(error);
  return 'cause' in error && error.cause !== undefined
    ? `${stack}\ncaused by ${stackOf(error.cause)}`
    : stack;
}
