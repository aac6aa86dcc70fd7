import { format } from 'winston';
import { describeError } from '../errors/describe-error';

const SECRET_FIELD = /^(?:.*[_-])?(?:authorization|cookie|password|secret|token)$/i;

/** Makes fields fit to be written: errors become objects with their causes, secrets are masked. */
export const describeFields = format((info) => {
  for (const [name, value] of Object.entries(info)) {
    if (value instanceof Error) info[name] = describeError(value);
    else if (SECRET_FIELD.test(name) && value !== undefined) info[name] = '***';
  }
  return info;
});
