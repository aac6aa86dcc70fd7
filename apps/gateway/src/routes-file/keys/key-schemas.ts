import Joi from 'joi';

/** Whole milliseconds, an hour at most. */
export const durationMs = Joi.number().integer().min(1).max(3_600_000);

/** What a key may be given as: what it takes, or `off`, which takes away what `defaults` say. */
export type OrOff<T> = T | 'off';

/**
 * By what it is and not by trial: a fault inside is then named with its path.
 *
 * @param form what may be written besides `off`, for the fault of a value that is neither
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

/** A text in which `faultOf` finds no fault; what it finds is the rest of a sentence that begins with the key. */
export function textWithout(faultOf: (text: string) => string | undefined): Joi.StringSchema {
  return Joi.string().custom((text: string, helpers) => {
    const fault = faultOf(text);
    return fault === undefined ? text : helpers.message({ custom: `{{#label}} ${fault}` });
  });
}
