import type { Fault } from '@rollcall/contracts';
import type Joi from 'joi';

/** What a schema makes of a value, or everything that is wrong with it. */
export function checkedBy<T>(
  schema: Joi.ObjectSchema<T>,
  value: unknown,
): { readonly value: T } | { readonly faults: readonly Fault[] } {
  const result = schema.validate(value, { abortEarly: false, errors: { wrap: { label: false } } });
  return result.error === undefined
    ? { value: result.value }
    : { faults: result.error.details.map(({ path, message }) => ({ path: path.join('.'), message })) };
}
