import { checkInput } from '@rollcall/contracts';
import type { ObjectSchema } from 'joi';
import type { FakeProblem } from './fake-answer';

/** Checks an input with the registry's own schema, as the registry does: all faults at once. */
export function checked<T>(
  schema: ObjectSchema<T>,
  input: unknown,
): { readonly value: T } | { readonly problem: FakeProblem } {
  const result = checkInput(schema, input);
  if ('value' in result) return result;
  const { faults } = result;
  return { problem: { status: 400, code: 'VALIDATION_FAILED', detail: 'the request is not valid', faults } };
}
