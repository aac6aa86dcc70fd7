import { format, type Logform } from 'winston';
import { describeFields } from './describe-fields';

/** One JSON object a line: `timestamp`, `level`, `message`, then the event's fields. */
export function jsonFormat(): Logform.Format {
  return format.combine(format.timestamp(), describeFields(), format.json({ deterministic: false }));
}
