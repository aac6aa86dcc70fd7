import Joi from 'joi';

export const MASK = '***';

/** Marks a setting whose value is never printed. */
export function secret<S extends Joi.AnySchema>(schema: S): S {
  return schema.meta({ secret: true });
}

export function isSecret(schema: unknown): boolean {
  if (!Joi.isSchema(schema)) return false;
  const metas: unknown = schema.describe()['metas'];
  return (
    Array.isArray(metas) &&
    metas.some((meta: unknown) => meta !== null && typeof meta === 'object' && 'secret' in meta)
  );
}

/** A URL keeps all but its password, since people need to see where it points; anything else is hidden whole. */
export function masked(value: unknown): unknown {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !URL.canParse(value)) return MASK;
  const url = new URL(value);
  if (url.host === '' && url.protocol !== 'file:') return MASK;
  if (url.password !== '') url.password = MASK;
  return url.href;
}
