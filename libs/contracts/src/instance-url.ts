import Joi from 'joi';
import { canonicalInstanceUrl } from './canonical-instance-url';

/** An instance's address; validation returns its canonical spelling. At most 512 characters. */
export const instanceUrlSchema = Joi.string()
  .max(512)
  .custom((value: string, helpers) => {
    const result = canonicalInstanceUrl(value);
    return 'url' in result ? result.url : helpers.message({ custom: `{{#label}} ${result.fault}` });
  });
