import { types, type CustomTypesConfig } from 'pg';

/** How values come out of PostgreSQL: `bigint` as a number, because all of ours are safe; the rest as pg has it. */
export const postgresTypes: CustomTypesConfig = {
  getTypeParser: (type, format) =>
    type === types.builtins.INT8 && format !== 'binary'
      ? safeInteger
      : (types.getTypeParser(type, format) as (text: string) => unknown),
};

/** @throws RangeError for an integer that a number would not keep exactly */
export function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is not a safe integer.`);
  return value;
}
