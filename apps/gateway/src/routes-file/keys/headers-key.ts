import Joi from 'joi';
import { headerNameFault, headerValueFault } from '../../policies/editable-header';
import type { HeaderRules } from '../../routing/policy-rules';
import type { PolicyKey } from '../policy-key';
import { orOff, overOrOff, type OrOff, textWithout } from './key-schemas';

type GivenRules = OrOff<Partial<HeaderRules>>;

export interface GivenHeaders {
  readonly request_headers?: GivenRules;
  readonly response_headers?: GivenRules;
}

const fields = Joi.object()
  .pattern(/^/, textWithout(headerValueFault).allow(''))
  .min(1)
  .max(100)
  .custom((given: Readonly<Record<string, string>>, helpers) => {
    for (const name of Object.keys(given)) {
      const fault = headerNameFault(name);
      if (fault !== undefined) return helpers.message({ custom: `{{#label}}.${name} ${fault}` });
    }
    return given;
  });

const rules = orOff(
  Joi.object({
    remove: Joi.array()
      .items(textWithout(headerNameFault))
      .min(1)
      .max(100)
      .description('Fields that are taken away.'),
    set: fields.description('Fields that take the place of what came under their name.'),
    add: fields.description('Fields that are added to what came under their name.'),
  }).or('remove', 'set', 'add'),
  'a map: { set: { X-Name: value } }',
);

export const headersKey: PolicyKey<GivenHeaders> = {
  schema: {
    request_headers: rules.description('Changes to what instances are sent: remove, then set, then add.'),
    response_headers: rules.description(
      "Changes to what callers are answered, the gateway's own errors included.",
    ),
  },
  over: (given, beneath) => ({
    requestHeaders: overOrOff(given.request_headers, beneath.requestHeaders, rulesOf),
    responseHeaders: overOrOff(given.response_headers, beneath.responseHeaders, rulesOf),
  }),
};

function rulesOf({ remove = [], set = {}, add = {} }: Partial<HeaderRules>): HeaderRules {
  return { remove, set, add };
}
