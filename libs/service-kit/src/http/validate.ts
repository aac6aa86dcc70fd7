import type Joi from 'joi';
import { AppError } from '../errors/app-error';

/**
 * The value as the schema reads it.
 *
 * @param where what is being read, for the message: `body`, `query`, `path`
 * @throws AppError 400 `VALIDATION_FAILED` with every fault
 */
export function validate<T>(schema: Joi.Schema<T>, value: unknown, where: 'body' | 'query' | 'path'): T {
  const result = schema.validate(value, { abortEarly: false, errors: { wrap: { label: false } } });
  if (result.error === undefined) return result.value;
  const faults = result.error.details.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new AppError({
    code: 'VALIDATION_FAILED',
    status: 400,
    message: `The ${where} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}: ${faults
      .map((fault) => fault.message)
      .join('; ')}.`,
    faults,
  });
}
