import Joi from 'joi';
import type { CanaryRule } from '../../routing/canary';
import type { PolicyKey } from '../policy-key';
import { orOff, overOrOff, type OrOff } from './key-schemas';

export interface GivenCanary {
  readonly canary?: OrOff<{
    readonly versions?: readonly { readonly version: string; readonly percent: number }[];
    readonly header?: { readonly name: string; readonly versions: Readonly<Record<string, string>> };
  }>;
}

/** Text, and in YAML in quotes: 2.10 without them is the number 2.1. */
const version = Joi.string()
  .max(64)
  .description('2 is every version that is 2 or begins with 2. (with the dot). In quotes.');

export const canaryKey: PolicyKey<GivenCanary> = {
  schema: {
    canary: orOff(
      Joi.object({
        versions: Joi.array()
          .items(
            Joi.object({
              version: version.required(),
              percent: Joi.number().min(0).max(100).required(),
            }),
          )
          .min(1)
          .unique('version')
          .custom(atMostAll)
          .description('So many percent of the requests go to that version, the rest to all others.'),
        header: Joi.object({
          name: Joi.string()
            .lowercase()
            .pattern(/^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/, 'header name')
            .required(),
          versions: Joi.object().pattern(/^/, version).min(1).required(),
        }).description('A field by which callers choose: which of its values means which version.'),
      })
        .or('versions', 'header')
        .description('While the chosen version has no instance, those of other versions are used.'),
      "a map: { versions: [{ version: '2', percent: 5 }] }",
    ),
  },
  over: ({ canary: given }, { canary }) => ({
    canary: overOrOff(
      given,
      canary,
      ({ versions = [], header }): CanaryRule => ({
        versions,
        ...(header && { header: { name: header.name, versionOf: new Map(Object.entries(header.versions)) } }),
      }),
    ),
  }),
};

function atMostAll(versions: readonly { readonly percent: number }[], helpers: Joi.CustomHelpers): unknown {
  const sum = versions.reduce((all, { percent }) => all + percent, 0);
  return sum <= 100 ? versions : helpers.message({ custom: `{{#label}} come to ${sum} percent` });
}
