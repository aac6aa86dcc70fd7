import Joi from 'joi';

/** One caller's key, as a file has it. */
export interface GivenKey {
  readonly name: string;
  readonly sha256: string;
}

export const apiKeyName = Joi.string().pattern(/^[A-Za-z0-9._-]{1,64}$/, 'name');

/** Every check of a key walks through all of them, hence the bound. */
export const apiKeysSchema = Joi.array()
  .items(
    Joi.object<GivenKey>({
      name: apiKeyName.required().description('What instances, the log and rate limits know its owner by.'),
      // Joi's own words would repeat what stands there, which may be the key itself by mistake.
      sha256: Joi.string()
        .pattern(/^[0-9a-fA-F]{64}$/)
        .required()
        .messages({ 'string.pattern.base': '{{#label}} must be 64 hexadecimal digits' })
        .description('SHA-256 of the key: printf %s "$KEY" | sha256sum'),
    }),
  )
  .max(1000)
  .unique('name')
  .unique('sha256');

/** What `api_keys_file` names: a file of its own, so that routes can be read by people who may not see the keys. */
export const apiKeysFileSchema = Joi.object<{ readonly api_keys: readonly GivenKey[] }>({
  api_keys: apiKeysSchema.required(),
}).required();
