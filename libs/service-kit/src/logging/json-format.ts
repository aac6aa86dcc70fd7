import { format, type Logform } from 'winston';
import { describeFields } from './describe-fields';
import { printable } from './printable';

const MESSAGE = Symbol.for('message');

/**
 * JSON escapes no control characters but the first 32, and people do look at these lines on terminals. An escape of ours
 * is one of JSON's: a program that parses the line reads the original text.
 */
const escapeTheRest = format((info) => {
  info[MESSAGE] = printable(String(info[MESSAGE]));
  return info;
});

/** One JSON object a line: `timestamp`, `level`, `message`, then the event's fields. */
export function jsonFormat(): Logform.Format {
  return format.combine(
    format.timestamp(),
    describeFields(),
    format.json({ deterministic: false }),
    escapeTheRest(),
  );
}
