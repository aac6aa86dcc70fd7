import Joi from 'joi';

/** A text in which `faultOf` finds no fault; what it finds is the rest of a sentence that begins with the key. */
export function textWithout(faultOf: (text: string) => string | undefined): Joi.StringSchema {
  return Joi.string().custom((text: string, helpers) => {
    const fault = faultOf(text);
    return fault === undefined ? text : helpers.message({ custom: `{{#label}} ${fault}` });
  });
}
