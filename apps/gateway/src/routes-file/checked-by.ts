import { checkInput, type Fault } from '@rollcall/contracts';
import type Joi from 'joi';

/** What a schema makes of a value, or everything that is wrong with it. */
export function checkedBy<T>(
  schema: Joi.ObjectSchema<T>,
  value: unknown,
): { readonly value: T } | { readonly faults: readonly Fault[] } {
  return checkInput(schema, value);
}
