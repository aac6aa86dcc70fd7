import { format } from 'winston';

interface Field {
  /** As it is written. */
  readonly name: string;
  readonly isSecret: boolean;
}

const SECRET_FIELD = /^(?:.*[_-])?(?:authorization|cookie|password|secret|token)$/i;
/** Those of settings, which are written as people set them. */
const CONSTANT = /^[A-Z0-9_]+$/;

/** Names are those of our own code, and few: each is looked at once. */
const fields = new Map<string, Field>();

/**
 * Makes fields fit to be written: their names become snake_case, whatever the code calls them, errors become objects
 * with their causes, secrets are masked.
 */
export const describeFields = format((info) => {
  for (const [name, value] of Object.entries(info)) {
    const field = fieldOf(name);
    const described = field.isSecret && value !== undefined ? '***' : describeValue(value);
    if (field.name !== name) delete info[name];
    if (field.name !== name || described !== value) info[field.name] = described;
  }
  return info;
});

function describeValue(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Error) return describeError(value);
  if (Array.isArray(value)) return value.map(describeValue);
  // Of what has a way of its own to be written, such as a date, nothing is known here.
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const field = fieldOf(name);
      return [field.name, field.isSecret && inner !== undefined ? '***' : describeValue(inner)];
    }),
  );
}

function fieldOf(name: string): Field {
  const known = fields.get(name);
  if (known !== undefined) return known;
  const field = {
    name: CONSTANT.test(name) ? name : snakeCase(name),
    isSecret: SECRET_FIELD.test(snakeCase(name)),
  };
  // Nested names may be data; a log must not become a leak.
  if (fields.size < 1000) fields.set(name, field);
  return field;
}

const snakeCase = (name: string): string =>
  CONSTANT.test(name) ? name : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const DEEPEST_CAUSE = 5;

/** What a log needs of an error, its chain of causes included: name, message, code and stack. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  return {
    name: error.name,
    message: error.message,
    ...('code' in error ? { code: error.code } : {}),
    stack: error.stack,
    ...(error.cause !== undefined && depth < DEEPEST_CAUSE
      ? { cause: describeError(error.cause, depth + 1) }
      : {}),
  };
}
