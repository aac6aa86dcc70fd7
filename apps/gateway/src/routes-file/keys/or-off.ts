import Joi from 'joi';

/** What a key may be given as: what it takes, or `off`, which takes away what `defaults` say. */
export type OrOff<T> = T | 'off';

/**
 * By what it is and not by trial: a fault inside is then named with its path.
 *
 * @param form what else than `off` may be written, for whoever has written something different
 */
export function orOff(schema: Joi.Schema, form: string): Joi.Schema {
  return Joi.alternatives()
    .conditional(Joi.string(), { then: Joi.string().valid('off'), otherwise: schema })
    .meta({ form: `${form}, or off` });
}

/** @returns what is in force for a key that was given as `given` over `beneath` */
export function overOrOff<T, R>(
  given: OrOff<T> | undefined,
  beneath: R | undefined,
  read: (value: T) => R,
): R | undefined {
  if (given === undefined) return beneath;
  return given === 'off' ? undefined : read(given);
}
