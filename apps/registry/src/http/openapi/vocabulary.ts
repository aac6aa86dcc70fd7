import type { JsonSchema } from '@rollcall/service-kit';

/** What the schemas of the registry's answers are put together from. */

export const text = (description: string): JsonSchema => ({ type: 'string', description });

export const wholeNumber = (description: string): JsonSchema => ({
  type: 'integer',
  minimum: 0,
  description,
});

export const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });

export const orNull = (type: 'string' | 'integer'): JsonSchema => ({ type: [type, 'null'] });

export const seconds = wholeNumber('Seconds since 1970');

export const revision = wholeNumber('Only rises within one catalog_id');

export const catalogId = text('Identity of the catalog whose revisions these are');
