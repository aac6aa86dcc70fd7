import { checkInput, MOST_FAULTS } from '@rollcall/contracts';
import type Joi from 'joi';
import { AppError } from '../errors/app-error';

/**
 * The value as the schema reads it.
 *
 * @param where what is being read, for the message: `body`, `query`, `path`
 * @throws AppError 400 `VALIDATION_FAILED` with every fault, up to twenty
 */
export function validate<T>(schema: Joi.Schema<T>, value: unknown, where: 'body' | 'query' | 'path'): T {
  const checked = checkInput(schema, value);
  if ('value' in checked) return checked.value;
  const { faults, more } = checked;
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
  throw new AppError({
    code: 'VALIDATION_FAILED',
    status: 400,
    message: `The ${where} has ${more ? `more than ${MOST_FAULTS} faults, these among them` : count}: ${faults
      .map((fault) => fault.message)
      .join('; ')}.`,
    faults,
  });
}
