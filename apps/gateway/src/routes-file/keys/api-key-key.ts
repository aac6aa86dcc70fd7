import Joi from 'joi';
import { headerNameFault } from '../../policies/editable-header';
import type { PolicyKey } from '../policy-key';
import { apiKeyName } from '../api-keys-schema';
import { orOff, overOrOff, type OrOff, textWithout } from './key-schemas';

export interface GivenApiKey {
  readonly api_key?: OrOff<{
    readonly header?: string;
    readonly query?: string;
    readonly names?: readonly string[];
  }>;
}

export const apiKeyKey: PolicyKey<GivenApiKey> = {
  schema: {
    api_key: orOff(
      Joi.object({
        header: textWithout(headerNameFault).description(
          'The request header that carries the key. Default X-Api-Key.',
        ),
        query: Joi.string()
          .pattern(/^[A-Za-z0-9._~-]{1,64}$/, 'query parameter')
          .description('The query parameter that carries the key, in place of a header.'),
        names: Joi.array()
          .items(apiKeyName)
          .min(1)
          .max(1000)
          .unique()
          .description(
            'The names of the keys that are accepted here. Default: every key in api_keys and api_keys_file.',
          ),
      }).nand('header', 'query'),
      'a map: {} for every key, or { names: [warehouse] }',
    ).description(
      'Requests need an API key. It is removed; instances get the name of its owner in X-Forwarded-Consumer.',
    ),
  },
  over: ({ api_key: given }, { apiKey }) => ({
    apiKey: overOrOff(given, apiKey, ({ header = 'X-Api-Key', query, names }) => ({
      where: query === undefined ? { header } : { query },
      names,
      keys: [],
    })),
  }),
};
